package io.github.cacheaside.jdbc.datasource;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.datasource.CachedResult.Cell;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes results: a byte for the version, metadata, rows. */
final class ResultCodec implements Serializer<CachedResult> {
  private static final int VERSION = 1;
  private static final int NO_VALUE = 0;
  private static final int VALUE = 1;
  private static final int LARGE = 2;
  private static final int WITH_FORMS = 4;

  @Override
  public byte[] serialize(CachedResult result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(VERSION);
    out.writeLong(result.ttl().toMillis());
    out.writeShort(result.columns());
    out.writeByte(result.metaData().size());
    for (Map.Entry<String, List<Object>> fact : result.metaData().entrySet()) {
      Tokens.writeText(out, fact.getKey());
      for (Object each : fact.getValue()) {
        Tokens.write(out, each);
      }
    }
    out.writeInt(result.rows().size());
    for (@Nullable Cell[] row : result.rows()) {
      for (Cell cell : row) {
        write(out, cell);
      }
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, @Nullable Cell cell) throws IOException {
    if (cell == null) {
      out.writeByte(NO_VALUE);
      return;
    }
    Map<Form, Object> forms = cell.forms();
    out.writeByte(VALUE | (cell.large() ? LARGE : 0) | (forms.isEmpty() ? 0 : WITH_FORMS));
    Tokens.write(out, cell.value());
    if (!forms.isEmpty()) {
      out.writeByte(forms.size());
      for (Map.Entry<Form, Object> form : forms.entrySet()) {
        out.writeByte(form.getKey().code());
        Tokens.write(out, form.getValue());
      }
    }
  }

  @Override
  public CachedResult deserialize(byte[] bytes) throws IOException {
    return deserialize(bytes, 0);
  }

  @Override
  public CachedResult deserialize(byte[] bytes, int offset) throws IOException {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset));
    int version = in.readByte();
    if (version != VERSION) {
      throw new IOException("version " + version + " of a result");
    }
    Duration ttl = Duration.ofMillis(in.readLong());
    int columns = in.readUnsignedShort();
    Map<String, List<Object>> facts = new TreeMap<>();
    int count = in.readUnsignedByte();
    for (int i = 0; i < count; i++) {
      String name = Tokens.readText(in);
      List<Object> answers = new ArrayList<>();
      for (int column = 0; column < columns; column++) {
        answers.add(Tokens.read(in));
      }
      facts.put(name, answers);
    }
    int size = in.readInt();
    List<@Nullable Cell[]> rows = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      @Nullable Cell[] row = new Cell[columns];
      for (int column = 0; column < columns; column++) {
        row[column] = readCell(in);
      }
      rows.add(row);
    }
    if (in.read() >= 0) {
      throw new IOException("more bytes than a result has");
    }
    return new CachedResult(ttl, columns, facts, rows);
  }

  private static @Nullable Cell readCell(DataInputStream in) throws IOException {
    int flags = in.readByte();
    if (flags == NO_VALUE) {
      return null;
    }
    Object value = Tokens.read(in);
    if ((flags & WITH_FORMS) == 0) {
      return new Cell(value, Map.of(), (flags & LARGE) != 0);
    }
    Map<Form, Object> forms = new EnumMap<>(Form.class);
    int count = in.readByte();
    for (int i = 0; i < count; i++) {
      forms.put(Form.of(in.readByte()), Tokens.read(in));
    }
    return new Cell(value, forms, (flags & LARGE) != 0);
  }
}
