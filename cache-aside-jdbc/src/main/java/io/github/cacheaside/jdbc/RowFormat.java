package io.github.cacheaside.jdbc;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.jdbc.values.Columns;
import java.sql.SQLException;
import java.util.List;

/** How {@link SqlCache} writes rows into the store. */
public enum RowFormat {
  /**
   * Compact and exact: every value comes back with the class that the driver gave. The default.
   * Only this library reads it.
   */
  BINARY(new RowCodec()) {
    @Override
    Row normalise(Row row) {
      return row;
    }
  },

  /**
   * A JSON array of row objects, {@code [{"id":1,"name":"Mercury"}]}, for other languages and for
   * human eyes.
   *
   * <p>JSON tells whole numbers from others and no more, so on a hit as on a miss whole numbers are
   * {@code Long} ({@code BigInteger} beyond its range) and {@code REAL} is {@code Double}. Text,
   * booleans, numbers and null are bare, SQL arrays are arrays. Everything else is wrapped so that
   * it comes back exactly: {@code {"$decimal":"1.50"}}, {@code {"$date":"2024-01-31"}}, {@code
   * {"$time":…}}, {@code {"$datetime":…}}, {@code {"$offsettime":…}}, {@code
   * {"$offsetdatetime":…}}, {@code {"$duration":"PT838H59M59S"}}, {@code {"$uuid":…}}, {@code
   * {"$bytes":"base64"}}, {@code {"$double":"NaN"}}. A result with the same label twice is refused.
   */
  JSON(new JsonRowCodec()) {
    @Override
    Row normalise(Row row) {
      return row.mapValues(JsonRowCodec::normalise);
    }

    @Override
    void check(Columns columns) throws SQLException {
      if (columns.hasDuplicates()) {
        throw new SQLException(
            "more than one column "
                + columns.duplicate()
                + ", which the JSON format can't hold; give them aliases");
      }
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // the codecs have no state
  private final Serializer<List<Row>> serializer;

  RowFormat(Serializer<List<Row>> serializer) {
    this.serializer = serializer;
  }

  Serializer<List<Row>> serializer() {
    return serializer;
  }

  /** Brings values into the types that this format can tell apart. */
  abstract Row normalise(Row row);

  /** Refuses a result that this format can't hold. */
  void check(Columns columns) throws SQLException {}
}
