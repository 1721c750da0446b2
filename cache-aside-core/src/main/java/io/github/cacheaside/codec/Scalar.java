package io.github.cacheaside.codec;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoField;
import java.util.Calendar;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.TimeZone;
import java.util.function.Function;

/**
 * A class of the JDK whose values are kept as one text. Writing asks reading: what would not come
 * back equal, and of the same class, is refused.
 */
@SuppressWarnings("JavaUtilDate") // it is what users have
record Scalar<T>(Class<T> type, Function<T, String> toText, Function<String, T> toValue) {

  /** Those that Jackson would change, or read in the time zone of the reader. */
  static final List<Scalar<?>> ALL =
      List.of(
          new Scalar<>(Date.class, date -> instant(date).toString(), text -> date(parse(text))),
          new Scalar<>(
              java.sql.Date.class,
              date -> date.toLocalDate().toString(),
              text -> java.sql.Date.valueOf(LocalDate.parse(text))),
          new Scalar<>(java.sql.Time.class, Scalar::text, Scalar::time),
          new Scalar<>(
              java.sql.Timestamp.class,
              moment -> moment.toInstant().toString(),
              text -> java.sql.Timestamp.from(parse(text))),
          new Scalar<>(Calendar.class, Scalar::text, Scalar::calendar),
          new Scalar<>(GregorianCalendar.class, Scalar::text, Scalar::calendar));

  /**
   * The text of a value.
   *
   * @throws RefusedValueException if it would not come back
   */
  String write(T value) throws RefusedValueException {
    try {
      String text = toText.apply(value);
      T back = toValue.apply(text);
      if (back.equals(value) && back.getClass() == value.getClass()) {
        return text;
      }
    } catch (RuntimeException e) {
      // a year that has no text, a class that has no such part
    }
    throw new RefusedValueException(
        "this "
            + value.getClass().getName()
            + " has parts that its text as "
            + type.getName()
            + " can't hold; use a class of java.time");
  }

  private static Instant instant(Date date) {
    return Instant.ofEpochMilli(date.getTime());
  }

  private static Date date(Instant instant) {
    return new Date(instant.toEpochMilli());
  }

  private static Instant parse(String text) {
    return text.endsWith("Z")
        ? Instant.parse(text)
        : OffsetDateTime.parse(offset(text)).toInstant();
  }

  /** Jackson itself writes {@code +0000} in some releases. */
  private static String offset(String text) {
    return text.endsWith("+0000") ? text.substring(0, text.length() - 2) + ":00" : text;
  }

  private static String text(java.sql.Time time) {
    return time.toLocalTime()
        .plusNanos(Math.floorMod(time.getTime(), 1000) * 1_000_000L)
        .toString();
  }

  private static java.sql.Time time(String text) {
    LocalTime time = LocalTime.parse(text);
    java.sql.Time whole = java.sql.Time.valueOf(time);
    return new java.sql.Time(whole.getTime() + time.get(ChronoField.MILLI_OF_SECOND));
  }

  private static String text(Calendar calendar) {
    return calendar.toInstant() + "[" + calendar.getTimeZone().getID() + "]";
  }

  private static GregorianCalendar calendar(String text) {
    int zone = text.indexOf('[');
    if (zone < 0) {
      GregorianCalendar utc = new GregorianCalendar(TimeZone.getTimeZone("UTC"));
      utc.setTimeInMillis(parse(text).toEpochMilli());
      return utc;
    }
    GregorianCalendar calendar =
        new GregorianCalendar(TimeZone.getTimeZone(text.substring(zone + 1, text.length() - 1)));
    calendar.setTimeInMillis(parse(text.substring(0, zone)).toEpochMilli());
    return calendar;
  }
}
