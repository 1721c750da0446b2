package io.github.cacheaside.engine.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.LeaseToken;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tokens of JVMs that were restored from one snapshot: one class, loaded twice, in one state. */
final class TokensTest {
  private static final int MANY = 20_000;

  /** Loads the class of tokens for itself, as another JVM does. */
  private static final class Jvm extends ClassLoader {
    private final Method next;

    Jvm() throws ReflectiveOperationException {
      super(TokensTest.class.getClassLoader());
      next = loadClass(Tokens.class.getName()).getDeclaredMethod("next");
      next.setAccessible(true);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith("io.github.cacheaside.") || name.equals(LeaseToken.class.getName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? define(name) : known;
      }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
      try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = code.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    Object token() throws ReflectiveOperationException {
      Object token = next.invoke(null);
      LeaseToken issued = (LeaseToken) token;
      return issued.high() + "/" + issued.low();
    }

    /** Is from now on as that one is now, down to the last bit of its heap. */
    void restore(Jvm image) throws ReflectiveOperationException {
      for (Field field : next.getDeclaringClass().getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers())) {
          copy(image.next.getDeclaringClass().getDeclaredField(field.getName()), field);
        }
      }
    }

    private static void copy(Field from, Field to) throws ReflectiveOperationException {
      if (from.getType() == long.class) {
        set("Long", long.class, to, get("Long", from));
      } else if (from.getType() == int.class) {
        set("Int", int.class, to, get("Int", from));
      } else if (from.getType() == AtomicLong.class) {
        AtomicLong counter = (AtomicLong) get("Object", from);
        set("Object", Object.class, to, new AtomicLong(counter.get()));
      }
    }

    private static Object get(String type, Field from) throws ReflectiveOperationException {
      return unsafe("get" + type, Object.class, long.class)
          .invoke(unsafe(), base(from), offset(from));
    }

    private static void set(String type, Class<?> raw, Field to, Object value)
        throws ReflectiveOperationException {
      unsafe("put" + type, Object.class, long.class, raw)
          .invoke(unsafe(), base(to), offset(to), value);
    }

    private static Object base(Field field) throws ReflectiveOperationException {
      return unsafe("staticFieldBase", Field.class).invoke(unsafe(), field);
    }

    private static Object offset(Field field) throws ReflectiveOperationException {
      return unsafe("staticFieldOffset", Field.class).invoke(unsafe(), field);
    }

    private static Object unsafe() throws ReflectiveOperationException {
      Field access = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
      access.setAccessible(true);
      return access.get(null);
    }

    private static Method unsafe(String name, Class<?>... types)
        throws ReflectiveOperationException {
      return Class.forName("sun.misc.Unsafe").getMethod(name, types);
    }
  }

  @Test
  void twoJvmsRestoredFromOneSnapshotUseNoTokenOfEachOther() throws Exception {
    Jvm one = new Jvm();
    Jvm other = new Jvm();
    one.token();
    other.token();
    other.restore(one);
    Set<Object> tokens = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      assertThat(tokens.add(one.token())).isTrue();
      assertThat(tokens.add(other.token())).isTrue();
    }
  }

  @Test
  void tokensOfManyThreadsDoNotRepeat() {
    Set<LeaseToken> tokens = ConcurrentHashMap.newKeySet();
    AtomicInteger issued = new AtomicInteger();
    IntStream.range(0, MANY)
        .parallel()
        .forEach(
            i -> {
              tokens.add(Tokens.next());
              issued.incrementAndGet();
            });
    assertThat(tokens).hasSize(issued.get());
  }
}
