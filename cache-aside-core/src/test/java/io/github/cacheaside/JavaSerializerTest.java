package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Streams that an attacker would write to Redis. */
final class JavaSerializerTest {
  private static final AtomicBoolean INITIALISED = new AtomicBoolean();
  private static final AtomicBoolean RUN = new AtomicBoolean();

  private static final String NAME = JavaSerializerTest.class.getName() + "$Gadget";

  record Box(Object content) implements Serializable {}

  /** Does what it should not when it is initialised, and when it is read. */
  static final class Gadget implements Serializable {
    @Serial private static final long serialVersionUID = 1;

    static {
      INITIALISED.set(true);
    }

    @Serial
    private void readObject(ObjectInputStream in) {
      RUN.set(true);
    }
  }

  private static byte[] bytes(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Serializer<Box> boxes(Class<?>... alsoAllowed) {
    return Serializer.java(Box.class, alsoAllowed);
  }

  private static void assertRefused(Serializer<Box> serializer, Object content) throws IOException {
    byte[] stream = bytes(new Box(content));
    assertThatThrownBy(() -> serializer.deserialize(stream))
        .isInstanceOf(InvalidClassException.class);
  }

  @Test
  void aClassOffTheListIsNeitherLoadedNorInitialisedNorRun() throws Exception {
    // a stream of another class in which the name is changed: this JVM has not initialised Gadget
    byte[] stream = bytes(new Box(new Stand()));
    byte[] patched = replace(stream, Stand.class.getName(), NAME);
    assertThatThrownBy(() -> boxes().deserialize(patched))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("not on the allow-list");
    assertThat(INITIALISED).isFalse();
    assertThat(RUN).isFalse();

    new ObjectInputStream(new java.io.ByteArrayInputStream(patched)).readObject();
    assertThat(INITIALISED).as("without the list").isTrue();
    assertThat(RUN).as("without the list").isTrue();
  }

  static final class Stand implements Serializable {
    @Serial private static final long serialVersionUID = 1;
  }

  private static byte[] replace(byte[] stream, String from, String to) {
    byte[] old = utf(from);
    byte[] fresh = utf(to);
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    String changed =
        text.replace(
            new String(old, StandardCharsets.ISO_8859_1),
            new String(fresh, StandardCharsets.ISO_8859_1));
    return changed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] utf(String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(2 + text.length).putShort((short) text.length).put(text).array();
  }

  @Test
  void whatGadgetsAreMadeOf_isRefused() throws Exception {
    Object proxy =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Runnable.class},
            (java.lang.reflect.InvocationHandler & Serializable) (self, method, args) -> null);
    Object lambda = (Runnable & Serializable) () -> RUN.set(true);
    for (Object content :
        List.of(
            proxy,
            lambda,
            new java.net.URL("http://127.0.0.1/"),
            new java.util.PriorityQueue<>(List.of("a")),
            new java.security.SignedObject[0],
            Class.forName("java.lang.Runtime"),
            new Object[] {new HashMap<>()})) {
      assertRefused(boxes(), content);
    }
  }

  @Test
  void arraysAreRead() throws Exception {
    Box box = new Box(new Object[][] {{"a"}, {1, 2L}, new Byte[1]});
    Box read = boxes().deserialize(bytes(box));
    assertThat((Object[][]) read.content()).isDeepEqualTo((Object[][]) box.content());
    assertThat(boxes().deserialize(bytes(new Box(new int[][] {{1}, {2, 3}}))).content())
        .isEqualTo(new int[][] {{1}, {2, 3}});
  }

  @Test
  void deepNestingIsRefused() throws Exception {
    Object deep = "x";
    for (int i = 0; i < 70; i++) {
      deep = new Box(deep);
    }
    assertRefused(boxes(), deep);
  }

  @Test
  void aSetOfSetsThatWouldTakeYears_isRefused() throws Exception {
    Set<Object> root = new HashSet<>();
    Set<Object> one = root;
    Set<Object> two = new HashSet<>();
    for (int i = 0; i < 22; i++) { // seconds, if it is read: 30 would be minutes
      Set<Object> nextOne = new HashSet<>(Set.of("foo"));
      Set<Object> nextTwo = new HashSet<>();
      one.addAll(List.of(nextOne, nextTwo));
      two.addAll(List.of(nextOne, nextTwo));
      one = nextOne;
      two = nextTwo;
    }
    assertRefused(boxes(HashSet.class), root);
    Map<String, Map<String, Set<String>>> fine =
        new HashMap<>(Map.of("a", new HashMap<>(Map.of("b", new HashSet<>(Set.of("c"))))));
    assertThat(boxes(HashMap.class, HashSet.class).deserialize(bytes(new Box(fine))).content())
        .isEqualTo(fine);
  }

  @Test
  void setsAtManyDepths_butNotWithinEachOther_areFine() throws Exception {
    List<Object> list = new ArrayList<>();
    Object nested = new HashSet<>(Set.of("x"));
    for (int i = 0; i < 20; i++) {
      list.add(nested);
      nested = new Box(new ArrayList<>(List.of(new HashSet<>(Set.of("y" + i)), nested)));
    }
    list.add(nested);
    assertThat(boxes(ArrayList.class, HashSet.class).deserialize(bytes(new Box(list))).content())
        .isEqualTo(list);
  }

  @Test
  void manySetsNextToEachOther_areFine() throws Exception {
    List<Set<String>> sets = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      sets.add(new HashSet<>(Set.of("a" + i)));
    }
    assertThat(boxes(ArrayList.class, HashSet.class).deserialize(bytes(new Box(sets))).content())
        .isEqualTo(sets);
  }

  @Test
  void keysOfOneHash_areRead_sinceMapsSortThem() throws Exception {
    Set<String> colliding = new HashSet<>();
    for (int i = 0; i < 1 << 14; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 14; bit++) {
        key.append((i >> bit & 1) == 0 ? "Aa" : "BB"); // the same hash
      }
      colliding.add(key.toString());
    }
    assertThat(colliding.stream().map(String::hashCode).distinct()).hasSize(1);
    Object read = boxes(HashSet.class).deserialize(bytes(new Box(colliding))).content();
    assertThat(read).isEqualTo(colliding);
  }

  @Test
  void anArrayLongerThanTheStream_isRefused_beforeItIsAllocated() throws Exception {
    for (Object array : List.of(new long[77], new Object[77], new byte[77])) {
      for (int claimed : new int[] {Integer.MAX_VALUE, 1_000_001, 900_000}) {
        byte[] stream = bytes(new Box(array));
        ByteBuffer buffer = ByteBuffer.wrap(stream);
        for (int i = 0; i < stream.length - 4; i++) {
          if (buffer.getInt(i) == 77) {
            buffer.putInt(i, claimed);
            break;
          }
        }
        assertThatThrownBy(() -> boxes().deserialize(stream))
            .isInstanceOf(InvalidClassException.class)
            .hasMessageContaining("REJECTED");
      }
    }
  }

  @Test
  void tooManyObjectsAreRefused() throws Exception {
    List<Object> many = new ArrayList<>();
    for (int i = 0; i < 100_001; i++) {
      many.add(new Box("x"));
    }
    assertRefused(boxes(ArrayList.class), many);
  }

  @Test
  void anyCutIsAnException_andNoError() throws Exception {
    byte[] stream = bytes(new Box(new ArrayList<>(List.of(1, "two", 3L))));
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> boxes(ArrayList.class).deserialize(cut))
          .isInstanceOf(Exception.class);
    }
  }
}
