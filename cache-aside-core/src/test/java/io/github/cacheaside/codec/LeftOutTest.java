package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Where annotations or the mapper leave something out, or write two values alike, each value is
 * looked at; also after the first ones of a cache.
 */
final class LeftOutTest {
  enum Grade {
    FIRST,
    SECOND;

    @JsonValue
    public String text() {
      return "same";
    }
  }

  record Graded(Grade grade) {}

  record Keyed(Map<Grade, Integer> counts) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  record Sparse(List<String> lines) {}

  record Parted(@JsonInclude(JsonInclude.Include.NON_DEFAULT) String name) {}

  record Inner(
      @JsonInclude(content = JsonInclude.Include.NON_NULL) Map<String, @Nullable String> parts) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Nullable3(@Nullable String name) {}

  static final class Defaulted {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public @Nullable String name = "x";
  }

  record Rounded(@JsonSerialize(using = Rounding.class) double value) {}

  static final class Rounding extends JsonSerializer<Double> {
    @Override
    public void serialize(
        Double value,
        com.fasterxml.jackson.core.JsonGenerator out,
        com.fasterxml.jackson.databind.SerializerProvider provider)
        throws java.io.IOException {
      out.writeNumber(Math.round(value));
    }
  }

  private static Stream<Serializer<Object>> both(Class<?> type) {
    @SuppressWarnings("unchecked")
    Class<Object> any = (Class<Object>) type;
    return Stream.of(Serializer.json(any), Jackson3.json(any));
  }

  private static void assertRefused(Object value) {
    both(value.getClass())
        .forEach(
            json ->
                assertThat(catchThrowable(() -> json.serialize(value)))
                    .as(json + " " + value)
                    .isNotNull());
  }

  @Test
  void whatIsLeftOutIsNoticed() {
    assertRefused(new Sparse(List.of()));
    assertRefused(new Parted(""));
    Map<String, @Nullable String> parts = new java.util.HashMap<>();
    parts.put("a", null);
    assertRefused(new Inner(parts));
    Defaulted defaulted = new Defaulted();
    defaulted.name = null;
    assertRefused(defaulted);
  }

  @Test
  void whatAMapperLeavesOutIsNoticed() throws Exception {
    ObjectMapper two =
        new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_EMPTY);
    record Lines(List<String> lines) {}
    Serializer<Lines> json =
        Serializer.json(two, new com.fasterxml.jackson.core.type.TypeReference<Lines>() {});
    assertThat(catchThrowable(() -> json.serialize(new Lines(List.of())))).isNotNull();
    Serializer<Lines> three =
        Jackson3.json(
            tools.jackson.databind.json.JsonMapper.builder()
                .changeDefaultPropertyInclusion(
                    all -> all.withValueInclusion(JsonInclude.Include.NON_EMPTY))
                .build(),
            Lines.class);
    assertThat(catchThrowable(() -> three.serialize(new Lines(List.of())))).isNotNull();
    assertThat(three.deserialize(three.serialize(new Lines(List.of("x")))).lines()).hasSize(1);
  }

  @Test
  void nullThatIsLeftOutOfARecordComesBack() throws Exception {
    List<Serializer<Object>> both = both(Nullable3.class).toList();
    for (Serializer<Object> json : both) {
      Object back = json.deserialize(json.serialize(new Nullable3(null)));
      assertThat(back).isEqualTo(new Nullable3(null));
    }
  }

  @Test
  void constantsThatAreWrittenAlikeAreNoticed() {
    assertRefused(lost());
    assertRefused(
        new Keyed(
            java.util.EnumSet.of(lost().grade()).stream()
                .collect(java.util.stream.Collectors.toMap(one -> one, one -> 1))));
  }

  /** Of two that are written alike, one is lost; which one, Jackson decides. */
  private static Graded lost() {
    byte[] same = "{\"grade\":\"same\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try {
      Graded read = new ObjectMapper().readValue(same, Graded.class);
      return new Graded(read.grade() == Grade.FIRST ? Grade.SECOND : Grade.FIRST);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aWriterOfThePropertysOwnIsNoticed() {
    assertThat(catchThrowable(() -> Serializer.json(Rounded.class).serialize(new Rounded(1.5))))
        .isNotNull();
  }
}
