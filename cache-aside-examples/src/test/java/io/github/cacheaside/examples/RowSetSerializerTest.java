package io.github.cacheaside.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InvalidClassException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import javax.sql.rowset.CachedRowSet;
import javax.sql.rowset.RowSetMetaDataImpl;
import javax.sql.rowset.RowSetProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RowSetSerializerTest {
  private static final List<Object> VALUES =
      List.of(
          5L,
          "text",
          new BigDecimal("1.50"),
          Date.valueOf("2020-01-02"),
          Timestamp.valueOf("2020-01-02 03:04:05"),
          1.5,
          new byte[] {1, 2});
  private static final int[] TYPES = {
    Types.BIGINT,
    Types.VARCHAR,
    Types.DECIMAL,
    Types.DATE,
    Types.TIMESTAMP,
    Types.DOUBLE,
    Types.VARBINARY
  };

  private final ResultSetRecipe.RowSetSerializer serializer =
      new ResultSetRecipe.RowSetSerializer();

  @Test
  void roundTrip_keepsEveryValue() throws Exception {
    try (CachedRowSet back = serializer.deserialize(serializer.serialize(rows()))) {
      assertThat(back.next()).isTrue();
      for (int i = 0; i < VALUES.size(); i++) {
        assertThat(back.getObject(i + 1)).isEqualTo(VALUES.get(i));
      }
      assertThat(back.next()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void deserialize_refusesOtherClasses(Serializable stranger) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(stranger);
    }
    assertThatThrownBy(() -> serializer.deserialize(bytes.toByteArray()))
        .isInstanceOf(InvalidClassException.class)
        .hasMessageContaining("REJECTED");
  }

  static List<Serializable> strangers() throws Exception {
    return List.of(
        new ArrayList<>(List.of("a")),
        (Serializable) RowSetProvider.newFactory().createJdbcRowSet(),
        new java.util.HashMap<>(),
        new java.net.URL("http://localhost/"));
  }

  private static CachedRowSet rows() throws Exception {
    RowSetMetaDataImpl columns = new RowSetMetaDataImpl();
    columns.setColumnCount(VALUES.size());
    for (int i = 0; i < VALUES.size(); i++) {
      columns.setColumnName(i + 1, "c" + i);
      columns.setColumnType(i + 1, TYPES[i]);
    }
    CachedRowSet rows = RowSetProvider.newFactory().createCachedRowSet();
    rows.setMetaData(columns);
    rows.moveToInsertRow();
    for (int i = 0; i < VALUES.size(); i++) {
      rows.updateObject(i + 1, VALUES.get(i));
    }
    rows.insertRow();
    rows.moveToCurrentRow();
    rows.beforeFirst();
    return rows;
  }
}
