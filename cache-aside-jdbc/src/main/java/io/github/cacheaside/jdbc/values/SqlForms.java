package io.github.cacheaside.jdbc.values;

import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * One value of a column in the forms that only the database can tell, kept together so that a hit
 * can be read as whatever the miss before it could.
 *
 * @param value what a {@link Row} shows
 * @param text the database's own text, null if it is that of the value
 * @param moment the moment that a MySQL {@code TIMESTAMP} means, which its local value does not say
 */
public record SqlForms(Object value, @Nullable String text, @Nullable OffsetDateTime moment) {

  /** The forms, or the value alone if they say no more. */
  static @Nullable Object of(
      @Nullable Object value, @Nullable String text, @Nullable OffsetDateTime moment) {
    if (value == null) {
      return null;
    }
    String further = text == null || text.equals(Conversions.text(value)) ? null : text;
    return further == null && moment == null ? value : new SqlForms(value, further, moment);
  }

  /** What a {@link Row} shows; anything else is itself. */
  public static @Nullable Object valueOf(@Nullable Object raw) {
    return raw instanceof SqlForms forms ? forms.value() : raw;
  }

  /** Names no value: it may be secret. */
  @Override
  public String toString() {
    return "SqlForms[" + value.getClass().getSimpleName() + "]";
  }
}
