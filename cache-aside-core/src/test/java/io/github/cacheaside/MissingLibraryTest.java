package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;

/** What a user sees who has not added the libraries that compress. */
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
