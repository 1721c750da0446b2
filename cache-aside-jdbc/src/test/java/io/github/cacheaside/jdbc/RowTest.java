package io.github.cacheaside.jdbc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowTest {
  record Planet(long id, String name) {}

  record Moon(int planetId, @Nullable String fullName) {}

  enum Color {
    RED,
    BLUE
  }

  public static class PlanetBean {
    private long id;
    private String fullName = "unnamed";
    private String untouched = "untouched";

    public void setId(long id) {
      this.id = id;
    }

    public void setFullName(String fullName) {
      this.fullName = fullName;
    }

    public void setUntouched(String untouched) {
      this.untouched = untouched;
    }
  }

  private static Row row(String labels, @Nullable Object... values) {
    return CodecTest.row(Arrays.asList(labels.split(",")), values);
  }

  @Test
  void values_areFoundByLabelAndPlace() {
    Row row = row("id,Name", 1L, "Mercury");

    assertThat(row.get("id")).isEqualTo(1L);
    assertThat(row.get("NAME")).isEqualTo("Mercury");
    assertThat(row.get(1)).isEqualTo("Mercury");
    assertThat(row.getLong("id")).isEqualTo(1L);
    assertThat(row.getInt("id")).isEqualTo(1);
    assertThat(row.getString("id")).isEqualTo("1");
    assertThat(row.getBoolean("id")).isTrue();
    assertThat(row.getBigDecimal("id")).isEqualTo(BigDecimal.ONE);
    assertThat(row.asMap()).containsEntry("id", 1L).containsEntry("Name", "Mercury");
    assertThat(row).hasToString("{id=1, Name=Mercury}");
  }

  @Test
  void null_isNullForEveryGetter() {
    Row row = row("a", (Object) null);

    assertThat(row.get("a")).isNull();
    assertThat(row.getLong("a")).isNull();
    assertThat(row.get("a", UUID.class)).isNull();
    assertThat(row).hasToString("{a=null}");
  }

  @Test
  void unknownLabel_isRefusedWithTheLabelsThereAre() {
    assertThatThrownBy(() -> row("id,name", 1, "x").get("nom"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no column nom among [id, name]");
    assertThatThrownBy(() -> row("id", 1).get(1)).hasMessageContaining("0 to 0 but was 1");
  }

  @Test
  void labelsThatRepeat_areForPlacesOnly() {
    Row row = row("id,id,ID", 1, 2, 3);

    assertThat(row.get(1)).isEqualTo(2);
    assertThat(row.get("ID")).isEqualTo(3);
    assertThatThrownBy(() -> row.get("id")).hasMessageContaining("more than one column id");
    assertThatThrownBy(row::asMap).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rows_areEqualByContent() {
    Row row = row("a,b", new byte[] {1}, List.of(new byte[] {2}));

    assertThat(row)
        .isEqualTo(row("a,b", new byte[] {1}, List.of(new byte[] {2})))
        .hasSameHashCodeAs(row("a,b", new byte[] {1}, List.of(new byte[] {2})))
        .isNotEqualTo(row("a,b", new byte[] {1}, List.of(new byte[] {3})))
        .isNotEqualTo(row("a,c", new byte[] {1}, List.of(new byte[] {2})));
    assertThat(row("a", 1)).isNotEqualTo(row("a", 1L));
  }

  @Test
  void bytes_areCopiedOut() {
    Row row = row("a,b", new byte[] {1}, List.of(new byte[] {1}));
    requireNonNull(row.get("a", byte[].class))[0] = 9;
    ((byte[]) requireNonNull(row.get("b", List.class)).get(0))[0] = 9;

    assertThat(row).isEqualTo(row("a,b", new byte[] {1}, List.of(new byte[] {1})));
    assertThat(row("a", (Object) new byte[20]).toString())
        .contains("0x0000")
        .contains("(20 bytes)");
  }

  @Test
  void conversions_neverLoseAWholeNumber() {
    assertThat(row("a", new BigInteger("7")).get("a", int.class)).isEqualTo(7);
    assertThat(row("a", new BigDecimal("7.00")).getLong("a")).isEqualTo(7L);
    assertThat(row("a", 7L).get("a", double.class)).isEqualTo(7.0);
    assertThat(row("a", 1.1f).get("a", Double.class)).isEqualTo(1.1);
    assertThatThrownBy(() -> row("a", 1L << 40).getInt("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column a: this Long can't be read as java.lang.Integer")
        .hasMessageNotContaining("1099511627776");
    assertThatThrownBy(() -> row("a", 1.5).getLong("a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> row("a", 2).getBoolean("a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void conversions_ofText_doNotShowIt() {
    assertThat(row("a", "RED").get("a", Color.class)).isEqualTo(Color.RED);
    assertThat(row("a", "123e4567-e89b-12d3-a456-426614174000").get("a", UUID.class)).isNotNull();
    assertThatThrownBy(() -> row("a", "secret").get("a", UUID.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret")
        .hasNoCause();
    assertThatThrownBy(() -> row("a", "secret").get("a", Color.class))
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> row("a", "12").getLong("a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void conversions_ofTimes() {
    assertThat(row("a", LocalTime.of(1, 0)).get("a", Duration.class))
        .isEqualTo(Duration.ofHours(1));
    assertThat(row("a", OffsetDateTime.parse("2024-01-31T00:00:00Z")).get("a", Instant.class))
        .isEqualTo(Instant.parse("2024-01-31T00:00:00Z"));
  }

  @Test
  void as_makesRecords() {
    assertThat(row("ID,name,more", 1, "Mercury", "x").as(Planet.class))
        .isEqualTo(new Planet(1, "Mercury"));
    assertThat(row("planet_id,full_name", 5L, null).as(Moon.class)).isEqualTo(new Moon(5, null));
  }

  public static class TwoSetters {
    private String at = "";

    public Instant getAt() {
      return Instant.parse(at);
    }

    public void setAt(Instant at) {
      this.at = at.toString();
    }

    public void setAt(String at) {
      this.at = at;
    }

    public void setAt(long millis) {
      this.at = Instant.ofEpochMilli(millis).toString();
    }
  }

  public static class Untold {
    public void setAt(String at) {}

    public void setAt(long millis) {}
  }

  @Test
  void as_ofSeveralSettersOfAProperty_takesThatOfItsType() {
    OffsetDateTime moment = OffsetDateTime.parse("2024-02-29T12:00:00+01:00");

    assertThat(row("at", moment).as(TwoSetters.class).getAt()).isEqualTo(moment.toInstant());
    assertThatThrownBy(() -> row("at", "x").as(Untold.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than one setter of At");
  }

  @Test
  void numbersWithoutADecimalForm_areFloatingNumbersOfEitherSize() {
    Row row = row("f,d,i,tenth", Float.NaN, Double.NaN, Float.NEGATIVE_INFINITY, 0.1f);

    assertThat(row.get("f", Double.class)).isNaN();
    assertThat(row.get("d", Float.class)).isNaN();
    assertThat(row.get("i", double.class)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(row.get("tenth", Double.class)).isEqualTo(0.1);
    assertThatThrownBy(() -> row.get("d", Long.class)).hasMessageContaining("can't be read as");
  }

  @Test
  void as_makesBeans() {
    PlanetBean bean = row("id,FULL_NAME,more", 1, "Mercury", "x").as(PlanetBean.class);

    assertThat(bean.id).isEqualTo(1);
    assertThat(bean.fullName).isEqualTo("Mercury");
    assertThat(bean.untouched).isEqualTo("untouched");
  }

  @Test
  void as_makesSingleValues() {
    assertThat(row("n", 8L).as(Integer.class)).isEqualTo(8);
    assertThatThrownBy(() -> row("a,b", 1, 2).as(Integer.class))
        .hasMessageContaining("takes one column");
  }

  @Test
  void as_saysWhatDoesNotFit() {
    assertThatThrownBy(() -> row("id", 1).as(Planet.class))
        .hasMessageContaining("no column for name");
    assertThatThrownBy(() -> row("id,name", null, "x").as(Planet.class))
        .hasMessageContaining("column id is NULL, but id is long");
    assertThatThrownBy(() -> row("full_name,fullname,planet_id", "a", "b", 1).as(Moon.class))
        .hasMessageContaining("more than one column for fullName");
    assertThatThrownBy(() -> row("x", 1).as(PlanetBean.class)).hasMessageContaining("no setter");
    assertThatThrownBy(() -> row("x", 1).as(List.class)).hasMessageContaining("RowMapper");
    assertThatThrownBy(() -> row("x", 1).as(Thread.State[].class))
        .isInstanceOf(IllegalArgumentException.class);
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
                RowTest.class.getClassLoader(),
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
            RowTest.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getMetaData" -> metaData;
                  case "getStatement" -> null;
                  default -> value;
                });
  }
}
