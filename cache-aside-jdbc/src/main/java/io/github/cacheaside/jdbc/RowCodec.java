package io.github.cacheaside.jdbc;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.values.Columns;
import io.github.cacheaside.jdbc.values.ValueType;
import io.github.cacheaside.jdbc.values.WireReader;
import io.github.cacheaside.jdbc.values.WireWriter;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as bytes that come back with the same classes and values: a version, the labels once, then
 * the values row by row, each with its {@linkplain ValueType type}.
 *
 * <p>Bytes from the cache are not trusted. Whatever is wrong with them ends in an {@link
 * IOException}, and memory grows with their length, not with the numbers in them.
 */
final class RowCodec implements Serializer<List<Row>> {
  private static final int VERSION = 1;

  @Override
  public byte[] serialize(List<Row> rows) throws IOException {
    WireWriter out = new WireWriter();
    out.putByte(VERSION);
    Columns columns = rows.isEmpty() ? new Columns(List.of()) : rows.get(0).columns();
    out.putUnsigned(columns.size());
    for (String label : columns.labels()) {
      out.putText(label);
    }
    out.putUnsigned(rows.size());
    for (Row row : rows) {
      if (!row.columns().equals(columns)) {
        throw new IOException("rows of different results");
      }
      for (int i = 0; i < columns.size(); i++) {
        ValueType.write(row.raw(i), out);
      }
    }
    return out.toByteArray();
  }

  @Override
  public List<Row> deserialize(byte[] bytes) throws IOException {
    try {
      return read(new WireReader(bytes));
    } catch (BufferUnderflowException e) {
      throw new IOException("the rows end too early", e);
    } catch (RuntimeException e) {
      // Out of range: no such date, offset or number.
      throw new IOException("the rows hold an impossible value", e);
    }
  }

  private static List<Row> read(WireReader in) throws IOException {
    int version = in.getByte();
    if (version != VERSION) {
      throw new IOException("rows in version " + version);
    }
    List<String> labels = new ArrayList<>();
    for (int left = in.getCount(); left > 0; left--) {
      labels.add(in.getText());
    }
    Columns columns = new Columns(labels);
    int rowCount = in.getCount();
    if ((long) rowCount * columns.size() > in.remaining()
        || (columns.size() == 0 && rowCount > 0)) {
      throw new IOException(rowCount + " rows in " + in.remaining() + " bytes");
    }
    List<Row> rows = new ArrayList<>(rowCount);
    for (int i = 0; i < rowCount; i++) {
      rows.add(readRow(columns, in));
    }
    if (in.remaining() > 0) {
      throw new IOException(in.remaining() + " bytes too many");
    }
    return Collections.unmodifiableList(rows);
  }

  private static Row readRow(Columns columns, WireReader in) throws IOException {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ValueType.read(in);
    }
    return new Row(columns, values);
  }
}
