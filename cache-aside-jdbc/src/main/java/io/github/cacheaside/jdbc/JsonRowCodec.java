package io.github.cacheaside.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.JsonText;
import io.github.cacheaside.jdbc.values.SqlForms;
import io.github.cacheaside.jdbc.values.SqlValues;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a JSON array of objects, for other languages to read: {@code
 * [{"id":1,"name":"Mercury"}]}.
 *
 * <p>An object inside a row is always a wrapped value, since rows do not nest; so a column may have
 * any name.
 */
final class JsonRowCodec implements Serializer<List<Row>> {
  private static final int DEEPEST = 20;

  // A member twice in a row would drop a value. Text is as long as the bytes are, which we hold.
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  /** JSON knows whole numbers and others, so that is all that a row may hold, hit or miss. */
  static @Nullable Object normalise(@Nullable Object raw) {
    Object value = SqlForms.valueOf(raw);
    if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float) {
      return Double.valueOf(value.toString()); // 1.1f is 1.1, not 1.10000002384185791015625
    }
    if (value instanceof BigInteger big) {
      return whole(big);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> normal = new ArrayList<>(list.size());
      list.forEach(element -> normal.add(normalise(element)));
      return Collections.unmodifiableList(normal);
    }
    return value;
  }

  private static Object whole(BigInteger big) {
    boolean fits = big.compareTo(MIN_LONG) >= 0 && big.compareTo(MAX_LONG) <= 0;
    return fits ? (Object) big.longValue() : big;
  }

  @Override
  public byte[] serialize(List<Row> rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartArray();
      for (Row row : rows) {
        out.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
          out.writeFieldName(row.labels().get(i));
          write(row.raw(i), out);
        }
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable Object value, JsonGenerator out) throws IOException {
    if (value == null) {
      out.writeNull();
    } else if (value instanceof String text) {
      writeText(text, out);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof BigInteger number) {
      out.writeNumber(number);
    } else if (value instanceof Double number && Double.isFinite(number)) {
      out.writeNumber(number);
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      for (Object element : list) {
        write(element, out);
      }
      out.writeEndArray();
    } else {
      writeWrapped(value, out);
    }
  }

  // Jackson would write half of a surrogate pair as something that comes back as another text.
  private static void writeText(String text, JsonGenerator out) throws IOException {
    if (!SqlValues.isUnicode(text)) {
      throw new IOException("text with half of a surrogate pair");
    }
    out.writeString(text);
  }

  private static void writeWrapped(Object value, JsonGenerator out) throws IOException {
    JsonText type = JsonText.BY_CLASS.get(value.getClass());
    if (type == null) {
      throw new IOException("no JSON form for " + value.getClass().getName());
    }
    out.writeStartObject();
    out.writeStringField(type.member(), type.text(value));
    out.writeEndObject();
  }

  @Override
  public List<Row> deserialize(byte[] bytes) throws IOException {
    try (JsonParser in = JSON.createParser(bytes)) {
      expect(in.nextToken(), JsonToken.START_ARRAY);
      List<Row> rows = new ArrayList<>();
      Columns columns = new Columns(List.of());
      while (in.nextToken() != JsonToken.END_ARRAY) {
        expect(in.currentToken(), JsonToken.START_OBJECT);
        Row row = readRow(in, columns);
        columns = row.columns();
        rows.add(row);
      }
      if (in.nextToken() != null) {
        throw new IOException("text after the rows");
      }
      return Collections.unmodifiableList(rows);
    } catch (RuntimeException e) {
      throw new IOException("the rows hold an impossible value", e);
    }
  }

  /** Reads a row; it shares the columns of the row before if they are the same. */
  private static Row readRow(JsonParser in, Columns previous) throws IOException {
    List<String> labels = new ArrayList<>();
    List<@Nullable Object> values = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      labels.add(in.currentName());
      in.nextToken();
      values.add(read(in));
    }
    if (labels.isEmpty()) {
      throw new IOException("a row without columns");
    }
    Columns columns = previous.labels().equals(labels) ? previous : new Columns(labels);
    return new Row(columns, values.toArray());
  }

  private static @Nullable Object read(JsonParser in) throws IOException {
    return switch (in.currentToken()) {
      case VALUE_NULL -> null;
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> in.getText();
      case VALUE_NUMBER_INT -> whole(in.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case START_ARRAY -> readList(in);
      case START_OBJECT -> readWrapped(in);
      default -> throw new IOException("unexpected " + in.currentToken());
    };
  }

  private static List<@Nullable Object> readList(JsonParser in) throws IOException {
    List<@Nullable Object> list = new ArrayList<>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      list.add(read(in));
    }
    return Collections.unmodifiableList(list);
  }

  private static Object readWrapped(JsonParser in) throws IOException {
    expect(in.nextToken(), JsonToken.FIELD_NAME);
    JsonText type = JsonText.BY_NAME.get(in.currentName());
    if (type == null) {
      throw new IOException("an object that is no wrapped value");
    }
    expect(in.nextToken(), JsonToken.VALUE_STRING);
    Object value = type.parse(in.getText());
    expect(in.nextToken(), JsonToken.END_OBJECT);
    return value;
  }

  private static void expect(@Nullable JsonToken found, JsonToken expected) throws IOException {
    if (found != expected) {
      throw new IOException("expected " + expected + " but found " + found);
    }
  }
}
