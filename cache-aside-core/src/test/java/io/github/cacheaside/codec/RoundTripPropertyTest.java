package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Any value of any type comes back as it went in, or is refused with a reason: {@code
 * -Dcacheaside.roundtrip.values=100000} for more of them, {@code -Dcacheaside.roundtrip.seed=} for
 * others.
 */
@SuppressWarnings("JavaUtilDate")
final class RoundTripPropertyTest {
  private static final int VALUES = Integer.getInteger("cacheaside.roundtrip.values", 7_000);
  private static final long SEED = Long.getLong("cacheaside.roundtrip.seed", 1);
  private static final int OF_A_TYPE = 10;

  /** What became of the values. */
  private static final class Tally {
    int kept;
    int typesRefused;
    int valuesRefused;
    final Map<String, Integer> reasons = new TreeMap<>();
    final Map<String, Integer> lost = new TreeMap<>();

    int all() {
      return kept + valuesRefused + typesRefused + lost.values().stream().mapToInt(n -> n).sum();
    }
  }

  private static Tally run(Function<JavaType, Serializer<Object>> serializers, int values) {
    Tally tally = new Tally();
    ValueGenerator generator = new ValueGenerator();
    for (long i = 0; tally.all() < values; i++) {
      Random random = new Random(SEED * 1_000_003 + i);
      ValueGenerator.Made made = generator.type(random, 3);
      Serializer<Object> serializer;
      try {
        serializer = serializers.apply(made.type());
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining(" can't be cached: ");
        tally.typesRefused++;
        continue;
      }
      for (int n = 0; n < OF_A_TYPE; n++) {
        Object value = made.value().apply(random);
        if (value != null) {
          judge(made.type(), serializer, value, tally);
        }
      }
    }
    return tally;
  }

  private static void judge(
      JavaType type, Serializer<Object> serializer, Object value, Tally tally) {
    byte[] bytes;
    try {
      bytes = serializer.serialize(value);
    } catch (Exception e) {
      String reason = Reasons.of(e);
      assertThat(reason).isNotBlank();
      tally.valuesRefused++;
      tally.reasons.merge(reason.replaceAll("^.*?: ", ""), 1, Integer::sum);
      return;
    }
    String back;
    try {
      back = text(serializer.deserialize(bytes));
    } catch (Exception e) {
      back = "unreadable: " + e;
    }
    if (back.equals(text(value))) {
      tally.kept++;
    } else {
      tally.lost.merge(type.toCanonical() + " " + text(value) + " -> " + back, 1, Integer::sum);
    }
  }

  /** All of a value, with its classes; an oracle that knows nothing of the library's. */
  private static String text(@Nullable Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue()))
          .sorted()
          .collect(Collectors.joining(",", "{", "}"));
    } else if (value instanceof Set<?> set) {
      return set.stream().map(one -> text(one)).sorted().collect(Collectors.joining(",", "<", ">"));
    } else if (value instanceof List<?> list) {
      return texts(list);
    } else if (value instanceof Optional<?> optional) {
      return "Optional " + text(optional.orElse(null));
    } else if (value.getClass().isArray()) {
      StringBuilder all = new StringBuilder(value.getClass().getName());
      for (int i = 0; i < Array.getLength(value); i++) {
        all.append(' ').append(text(Array.get(value, i)));
      }
      return all.toString();
    } else if (value instanceof ValueGenerator.Plain plain) {
      return value.getClass() + plain.name + text(plain.amount);
    } else if (value.getClass().isRecord()) {
      return record(value);
    }
    String name = value.getClass().getName();
    return name + ":" + value + (value instanceof java.util.Date d ? d.getTime() : "");
  }

  private static String texts(Collection<?> all) {
    return all.stream().map(one -> text(one)).collect(Collectors.joining(",", "[", "]"));
  }

  private static String record(Object value) {
    StringBuilder all = new StringBuilder(value.getClass().getName());
    try {
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        component.getAccessor().setAccessible(true);
        all.append(' ').append(text(component.getAccessor().invoke(value)));
      }
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("reflection", e);
    }
    return all.toString();
  }

  /** The same type, as Jackson 3 calls it. */
  private static Serializer<Object> jackson3(
      tools.jackson.databind.ObjectMapper mapper, JavaType type) {
    return new Json3Serializer<>(
        mapper, mapper.getTypeFactory().constructFromCanonical(type.toCanonical()));
  }

  private static TypeReference<Object> reference(JavaType type) {
    return new TypeReference<>() {
      @Override
      public Type getType() {
        return type;
      }
    };
  }

  private static void report(String name, Tally tally) {
    System.out.println(
        "RESULT round trip of "
            + name
            + ": values="
            + tally.all()
            + " kept="
            + tally.kept
            + " refused="
            + tally.valuesRefused
            + " types refused="
            + tally.typesRefused
            + " silent differences="
            + tally.lost.size()
            + " seed="
            + SEED);
    tally.lost.keySet().stream().limit(10).forEach(one -> System.out.println("  lost: " + one));
  }

  @Test
  void aHitIsTheMissBeforeItOrThereIsAReason() {
    assertNothingIsLost("Serializer.json", type -> Serializer.json(reference(type)));
    assertNothingIsLost("Jackson3.json", type -> jackson3(Json3Serializer.MAPPER, type));
  }

  private static void assertNothingIsLost(
      String name, Function<JavaType, Serializer<Object>> serializers) {
    Tally tally = run(serializers, VALUES);
    report(name, tally);
    tally.reasons.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(12)
        .forEach(one -> System.out.println("  " + one.getValue() + " " + one.getKey()));
    assertThat(tally.lost).isEmpty();
    assertThat(tally.kept).isGreaterThan(VALUES / 3);
  }

  @Test
  void aMapperOfTheApplicationLosesNothingEither() {
    ObjectMapper mapper =
        JsonMapper.builder().findAndAddModules().addModule(new JavaTimeModule()).build();
    Tally tally = run(type -> Serializer.json(mapper, reference(type)), VALUES / 2);
    report("an ObjectMapper", tally);
    assertThat(tally.lost).isEmpty();
    assertThat(tally.kept).isGreaterThan(VALUES / 10);
    tools.jackson.databind.ObjectMapper three =
        tools.jackson.databind.json.JsonMapper.builder().build();
    Tally ofThree = run(type -> jackson3(three, type), VALUES / 2);
    report("a JsonMapper of Jackson 3", ofThree);
    assertThat(ofThree.lost).isEmpty();
    assertThat(ofThree.kept).isGreaterThan(VALUES / 10);
  }

  @Test
  void aMapperWithoutTheRuleIsFound() {
    ObjectMapper before =
        JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
            .build();
    Tally tally = run(type -> new Unruled(before, type), 3_000);
    report("the mapper alone", tally);
    assertThat(tally.lost).hasSizeGreaterThan(20);
  }

  private record Unruled(ObjectMapper mapper, JavaType type) implements Serializer<Object> {
    @Override
    public byte[] serialize(Object value) throws Exception {
      return mapper.writerFor(type).writeValueAsBytes(value);
    }

    @Override
    public Object deserialize(byte[] bytes) throws Exception {
      return mapper.readValue(bytes, type);
    }
  }
}
