package io.github.cacheaside.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Fields are texts, and come back as what they were before that. */
final class FieldsSerializerTest {
  private static <V> V roundTrip(Serializer<V> serializer, V value) throws Exception {
    return serializer.deserialize(serializer.serialize(value));
  }

  enum Grade {
    @JsonProperty("1")
    FIRST,
    @JsonProperty("2")
    SECOND,
    @JsonProperty("")
    NONE
  }

  record Code(@JsonValue String text) {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static Code of(String text) {
      return new Code(text);
    }
  }

  record Seat(char row, Grade grade, Code code, Object any) {}

  /** The text of each is the JSON text of something else as well. */
  @Test
  void whatLooksLikeJson_isStillTheTextThatItWas() throws Exception {
    Serializer<Seat> fields = Serializer.fields(Seat.class);
    for (Grade grade : Grade.values()) {
      for (char row : new char[] {'7', 'a', '"', ' ', '[', '0'}) {
        for (String code : List.of("7", "true", "null", "", " ", "\"x\"", "{}", "x")) {
          Seat seat = new Seat(row, grade, new Code(code), code);
          assertThat(roundTrip(fields, seat)).isEqualTo(seat);
        }
      }
    }
    for (Object any : List.of(7, true, List.of("7"), Map.of("a", 7))) {
      Seat seat = new Seat('7', Grade.SECOND, new Code("x"), any);
      assertThat(roundTrip(fields, seat)).isEqualTo(seat);
    }
  }

  @Test
  void textsHaveQuotesOnlyWhereTheyNeedThem() throws Exception {
    Seat seat = new Seat('7', Grade.SECOND, new Code("x"), "y");
    assertThat(new String(Serializer.fields(Seat.class).serialize(seat), StandardCharsets.UTF_8))
        .isEqualTo("{\"row\":\"\\\"7\\\"\",\"grade\":\"\\\"2\\\"\",\"code\":\"x\",\"any\":\"y\"}");
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Circle.class, name = "1"),
    @JsonSubTypes.Type(value = Label.class, name = "label")
  })
  abstract static class Shape {
    public int corners = 3;
  }

  static final class Circle extends Shape {
    public @Nullable List<Integer> sizes;
    public char letter;
  }

  static final class Label extends Shape {
    @JsonAnySetter @JsonAnyGetter public Map<String, Object> more = new HashMap<>();
  }

  /** Those of a subtype, its name, and those of any name. */
  @Test
  void propertiesOfWhichTheTypeDoesNotTell() throws Exception {
    Circle circle = new Circle();
    circle.sizes = List.of(1, 2);
    circle.letter = '7';
    assertSame(Serializer.fields(Shape.class), circle);
    for (Object more : List.of("7", "x", "", "null", 7, List.of("7"), Map.of("a", true))) {
      Label label = new Label();
      label.more.put("more", more);
      assertSame(Serializer.fields(Shape.class), label);
    }
  }

  private static <V> void assertSame(Serializer<V> serializer, V value) throws Exception {
    assertThat(roundTrip(serializer, value))
        .hasSameClassAs(value)
        .usingRecursiveComparison()
        .isEqualTo(value);
  }
}
