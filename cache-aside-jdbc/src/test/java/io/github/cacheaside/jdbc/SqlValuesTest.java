package io.github.cacheaside.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import javax.sql.rowset.serial.SerialBlob;
import javax.sql.rowset.serial.SerialClob;
import org.junit.jupiter.api.Test;

class SqlValuesTest {
  @Test
  void classesOfTheDriver_becomeOnesOfTheClosedSet() throws Exception {
    assertThat(SqlValues.normalise(new SerialBlob(new byte[] {1, 2}))).isEqualTo(new byte[] {1, 2});
    assertThat(SqlValues.normalise(new SerialClob("text".toCharArray()))).isEqualTo("text");
    assertThat(SqlValues.normalise(Timestamp.valueOf("2024-01-31 01:02:03.000004")))
        .isEqualTo(LocalDateTime.of(2024, 1, 31, 1, 2, 3, 4000));
    assertThat(SqlValues.normalise(java.sql.Date.valueOf("2024-01-31")))
        .isEqualTo(LocalDate.of(2024, 1, 31));
    assertThat(SqlValues.normalise(java.sql.Time.valueOf("01:02:03")))
        .isEqualTo(LocalTime.of(1, 2, 3));
    assertThat(SqlValues.normalise(ZonedDateTime.parse("2024-01-31T00:00:00+01:00[Europe/Paris]")))
        .isEqualTo(OffsetDateTime.parse("2024-01-31T00:00:00+01:00"));
    assertThat(SqlValues.normalise(new Object[] {1, null, new Object[] {"x"}}))
        .isEqualTo(Arrays.asList(1, null, Arrays.asList("x")));
  }

  @Test
  void unknownClass_isRefusedByColumnAndClass_withoutTheValue() throws Exception {
    ResultSet result = resultOf(URI.create("secret"));
    RowReader reader = RowReader.all(result);

    assertThatThrownBy(reader::read)
        .hasMessageContaining("column link of type URL")
        .hasMessageContaining("java.net.URI")
        .hasMessageContaining("CAST")
        .hasMessageNotContaining("secret");
  }

  /** A result of one row and one column. */
  private static ResultSet resultOf(Object value) {
    ResultSetMetaData metaData =
        (ResultSetMetaData)
            Proxy.newProxyInstance(
                SqlValuesTest.class.getClassLoader(),
                new Class<?>[] {ResultSetMetaData.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getColumnCount" -> 1;
                      case "getColumnLabel" -> "link";
                      case "getColumnTypeName" -> "URL";
                      default -> Types.OTHER;
                    });
    return (ResultSet)
        Proxy.newProxyInstance(
            SqlValuesTest.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getMetaData" -> metaData;
                  case "getStatement" -> null;
                  default -> value;
                });
  }
}
