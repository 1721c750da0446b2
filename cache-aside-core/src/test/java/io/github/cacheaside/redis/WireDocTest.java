package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The bytes in {@code docs/wire-format.md} are those of the code. */
final class WireDocTest {
  private static final LeaseToken TOKEN = new LeaseToken(0x0102030405060708L, 0x1112131415161718L);
  private static final long WRITTEN_AT = Instant.parse("2024-11-22T20:50:29.504Z").toEpochMilli();
  private static final Pattern BLOCK = Pattern.compile("```hex (\\w+)\n([^`]+)```");

  private static byte[] documented(String name) throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"));
    Map<String, String> blocks =
        BLOCK
            .matcher(Files.readString(root.resolve("docs/wire-format.md")))
            .results()
            .collect(Collectors.toMap(block -> block.group(1), block -> block.group(2)));
    String hex = Objects.requireNonNull(blocks.get(name), name);
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  @Test
  void aLease() throws IOException {
    assertThat(documented("lease")).isEqualTo(Wire.leaseMarker(TOKEN));
  }

  @Test
  void aValue() throws IOException {
    StoredValue value = StoredValue.of("{\"id\":3}".getBytes(StandardCharsets.UTF_8));
    assertThat(documented("value")).isEqualTo(Wire.encode(value));
  }

  @Test
  void aRowThatDoesNotExist() throws IOException {
    assertThat(documented("absent")).isEqualTo(Wire.encode(StoredValue.absent()));
  }

  @Test
  void aValueWithATag() throws IOException {
    StoredValue value =
        StoredValue.of("{\"id\":3}".getBytes(StandardCharsets.UTF_8))
            .under(List.of(new StoredValue.Generation("moons", TOKEN)));
    assertThat(documented("tagged")).isEqualTo(Wire.encode(value));
  }

  @Test
  void aValueOfASchemaVersion() throws IOException {
    StoredValue value =
        StoredValue.of(
            "{\"id\":3}".getBytes(StandardCharsets.UTF_8), new StoredValue.Form(42, false, false));
    assertThat(documented("versioned")).isEqualTo(Wire.encode(value));
  }

  @Test
  void aStaleCopy_whichOnlyScriptsWrite() throws IOException {
    byte[] stale = documented("stale");
    assertThat(Arrays.copyOfRange(stale, 4, 20)).isEqualTo(Wire.token(TOKEN));
    assertThat(Arrays.copyOfRange(stale, 28, 40))
        .isEqualTo(String.format("%012x", WRITTEN_AT + 5000).getBytes(StandardCharsets.US_ASCII));
    byte[] value = documented("value");
    assertThat(stale).startsWith('V', Wire.FORMAT, 0, 4);
    assertThat(Arrays.copyOfRange(stale, 20, 28)).containsOnly(0);
    assertThat(Arrays.copyOfRange(stale, 40, stale.length))
        .isEqualTo(Arrays.copyOfRange(value, 4, value.length));
    assertThat(Wire.decode(stale)).isInstanceOf(Lookup.Stale.class);
  }

  @Test
  void aValueWithItsAge() throws IOException {
    StoredValue value =
        StoredValue.of("{\"id\":3}".getBytes(StandardCharsets.UTF_8))
            .timed(new StoredValue.Timing(WRITTEN_AT, 600_000, 50, 0));
    assertThat(documented("timed")).isEqualTo(Wire.encode(value));
    StoredValue.Timing timing = timing(documented("timed"));
    assertThat(timing).isEqualTo(new StoredValue.Timing(WRITTEN_AT, 600_000, 50, 0));
  }

  @Test
  void aValueWithItsAge_thatIsLoadedAnew_whichOnlyScriptsWrite() throws IOException {
    byte[] value = documented("timed");
    byte[] refreshing = documented("refreshing");
    System.arraycopy(Wire.token(TOKEN), 0, value, 4, 16);
    String until = String.format("%012x", WRITTEN_AT + 605_000);
    System.arraycopy(until.getBytes(StandardCharsets.US_ASCII), 0, value, 28, 12);
    assertThat(refreshing).isEqualTo(value);
    assertThat(timing(refreshing))
        .isEqualTo(new StoredValue.Timing(WRITTEN_AT, 600_000, 50, WRITTEN_AT + 605_000));
  }

  private static StoredValue.Timing timing(byte[] raw) {
    StoredValue value = ((Lookup.Hit) Wire.decode(raw)).value();
    assertThat(value.payload()).isEqualTo("{\"id\":3}".getBytes(StandardCharsets.UTF_8));
    return Objects.requireNonNull(value.timing());
  }

  @Test
  void aGeneration() throws IOException {
    assertThat(documented("generation")).isEqualTo(Wire.generation(TOKEN));
  }

  @Test
  void aMarkOfAWrite_whichOnlyScriptsWrite() throws IOException {
    byte[] mark = documented("write");
    assertThat(mark).hasSize(4 + 32).startsWith('W', Wire.FORMAT, 0, 0);
    assertThat(mark)
        .containsSubsequence(Wire.token(TOKEN))
        .endsWith("0001732318400000".getBytes(StandardCharsets.US_ASCII));
    assertThat(Wire.decode(mark)).isEqualTo(Lookup.WRITING);
  }
}
