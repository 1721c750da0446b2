package io.github.cacheaside.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a user sees who has not added an optional library. */
final class MissingLibraryTest {
  private static Class<?> alone(URLClassLoader loader) throws ClassNotFoundException {
    return loader.loadClass(Compression.class.getName());
  }

  private static URLClassLoader nothingButTheCore() {
    URL core = Compression.class.getProtectionDomain().getCodeSource().getLocation();
    return new URLClassLoader(new URL[] {core}, ClassLoader.getPlatformClassLoader());
  }

  @Test
  void askingForCompressionNamesWhatIsMissing() throws Exception {
    try (URLClassLoader loader = nothingButTheCore()) {
      Method zstd = alone(loader).getMethod("zstd");
      assertThatThrownBy(() -> zstd.invoke(null))
          .isInstanceOf(InvocationTargetException.class)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("compression needs com.github.luben:zstd-jni on the class path");
      Method lz4 = alone(loader).getMethod("lz4");
      assertThatThrownBy(() -> lz4.invoke(null))
          .cause()
          .hasMessage("compression needs at.yawk.lz4:lz4-java on the class path");
    }
  }

  @Test
  void aCompressedEntryCanNotBeReadThen_whichIsNoError() throws Exception {
    for (Compression compression : new Compression[] {Compression.zstd(), Compression.lz4()}) {
      byte[] compressed = compression.from(0).compress(new byte[1000]);
      assertThat(compressed).hasSizeLessThan(100);
      assertThat(refusal(compressed)).isEqualTo("the library that decompresses is not there");
    }
  }

  record Planet(long id, String name, java.time.Instant seen) {}

  /** The core, this test's classes and what is named, and nothing else. */
  private static URLClassLoader with(Class<?>... libraries) {
    List<URL> urls = new ArrayList<>();
    for (Class<?> one : libraries) {
      urls.add(one.getProtectionDomain().getCodeSource().getLocation());
    }
    urls.add(Compression.class.getProtectionDomain().getCodeSource().getLocation());
    urls.add(MissingLibraryTest.class.getProtectionDomain().getCodeSource().getLocation());
    return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  /** That of the interface can't be asked for by reflection: others of it name Jackson 2. */
  private static Method method(URLClassLoader loader, Object json, String name)
      throws ReflectiveOperationException {
    Class<?> parameter = name.equals("serialize") ? Object.class : byte[].class;
    Method method = loader.loadClass(json.getClass().getName()).getDeclaredMethod(name, parameter);
    method.setAccessible(true);
    return method;
  }

  /** Writes and reads, and asks for the reason of a failure. */
  private static void roundTrip(URLClassLoader loader, String factory) throws Exception {
    Class<?> planet = loader.loadClass(Planet.class.getName());
    Constructor<?> creator =
        planet.getDeclaredConstructor(long.class, String.class, java.time.Instant.class);
    creator.setAccessible(true);
    Object earth = creator.newInstance(3L, "Earth", java.time.Instant.EPOCH);
    Object json = loader.loadClass(factory).getMethod("json", Class.class).invoke(null, planet);
    Method serialize = method(loader, json, "serialize");
    Method deserialize = method(loader, json, "deserialize");
    Object bytes = serialize.invoke(json, earth);
    assertThat(deserialize.invoke(json, bytes)).isEqualTo(earth);
    Throwable failure =
        catchThrowable(() -> deserialize.invoke(json, "{\"id\":{}}".getBytes(UTF_8)));
    Method of = loader.loadClass(Reasons.class.getName()).getDeclaredMethod("of", Throwable.class);
    of.setAccessible(true);
    assertThat(of.invoke(null, failure.getCause()).toString()).contains("Planet).id");
  }

  @Test
  void eachJacksonWorksWithoutTheOther() throws Exception {
    try (URLClassLoader loader =
        with(
            com.fasterxml.jackson.databind.ObjectMapper.class,
            com.fasterxml.jackson.core.JsonFactory.class,
            com.fasterxml.jackson.annotation.JsonProperty.class,
            com.fasterxml.jackson.datatype.jsr310.JavaTimeModule.class,
            com.fasterxml.jackson.datatype.jdk8.Jdk8Module.class)) {
      roundTrip(loader, Serializer.class.getName());
    }
    try (URLClassLoader loader =
        with(
            tools.jackson.databind.ObjectMapper.class,
            tools.jackson.core.JacksonException.class,
            com.fasterxml.jackson.annotation.JsonProperty.class)) {
      roundTrip(loader, Jackson3.class.getName());
    }
  }

  private static String refusal(byte[] compressed)
      throws ReflectiveOperationException, IOException {
    try (URLClassLoader loader = nothingButTheCore()) {
      Method decompress = alone(loader).getDeclaredMethod("decompress", byte[].class, int.class);
      decompress.setAccessible(true);
      decompress.invoke(null, compressed, 10_000);
      return "none";
    } catch (InvocationTargetException e) {
      assertThat(e.getCause()).isInstanceOf(Exception.class);
      return String.valueOf(e.getCause().getMessage());
    }
  }
}
