package io.github.cacheaside.jdbc.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.time.Duration;
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
  void times_areTimesOfDayOrDurations() throws Exception {
    assertThat(SqlTimes.parse("12:34:56.5")).isEqualTo(LocalTime.of(12, 34, 56, 500_000_000));
    assertThat(SqlTimes.parse("-00:00:00")).isEqualTo(LocalTime.MIDNIGHT);
    assertThat(SqlTimes.parse("-00:00:00.000001")).isEqualTo(Duration.ofNanos(-1000));
    assertThat(SqlTimes.parse("24:00:00")).isEqualTo(Duration.ofHours(24));
    assertThatThrownBy(() -> SqlTimes.parse("noon")).hasMessageNotContaining("noon");
  }
}
