package io.github.cacheaside.redis;

import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes under a key; see {@code docs/wire-format.md}. All numbers are big-endian.
 *
 * <p>The first byte is the state, the second the format; the token of a lease, where there is one,
 * stands at a fixed place, so that scripts compare it without copying a payload.
 */
final class Wire {
  /** The format written by this release. */
  static final byte FORMAT = 1;

  /** State, format, schema version, flags: all that most values need. */
  static final int HEADER_BYTES = 4;

  /** The header, and a token. */
  static final int MARKER_BYTES = HEADER_BYTES + 16;

  /**
   * Token, when it was written, when the lease ends: only of what can be reloaded while it is
   * there, a stale copy or a value with a time policy.
   */
  static final int LEASE_BYTES = 36;

  /** For how long it is fresh, how long its load took: only of a value with a time policy. */
  static final int TIMING_BYTES = 8;

  private static final byte LOADING = 'L';
  private static final byte VALUE = 'V';
  private static final byte WRITING = 'W';
  private static final int SMALLEST_MARK = 36;
  private static final byte GENERATION = 'G';
  private static final int FLAG_ABSENT = 1;
  private static final int FLAG_TAGGED = 2;
  private static final int FLAG_STALE = 4;
  private static final int FLAG_COMPRESSED = 8;
  private static final int FLAG_ENCRYPTED = 16;
  private static final int FLAG_TIMED = 32;
  private static final int FLAGS_WITH_LEASE = FLAG_STALE | FLAG_TIMED;
  private static final int FLAGS =
      FLAG_ABSENT | FLAG_TAGGED | FLAG_STALE | FLAG_COMPRESSED | FLAG_ENCRYPTED | FLAG_TIMED;
  private static final long MOST_FRESH_MILLIS = (1L << 40) - 1;

  /** 48 bits of ms, the year 10889: what the header has room for elsewhere. */
  private static final long LATEST_MOMENT = (1L << 48) - 1;

  /** Those of a key, those of a value, and the two that the library adds. */
  private static final int MOST_TAGS = 66;

  private static final long MOST_LOAD_MILLIS = (1 << 24) - 1;

  private Wire() {}

  static byte[] leaseMarker(LeaseToken token) {
    return ByteBuffer.allocate(MARKER_BYTES)
        .put(LOADING)
        .put(FORMAT)
        .putShort((short) 0)
        .putLong(token.high())
        .putLong(token.low())
        .array();
  }

  static byte[] token(LeaseToken token) {
    return ByteBuffer.allocate(16).putLong(token.high()).putLong(token.low()).array();
  }

  /** Encodes a value; when a timed one was written is filled in by a script. */
  static byte[] encode(StoredValue value) {
    byte[] payload = value.payload();
    byte[] age = age(value.timing());
    byte[] tags = tags(value.generations());
    StoredValue.Form form = value.form();
    int flags =
        (value.isAbsent() ? FLAG_ABSENT : 0)
            | (tags.length > 0 ? FLAG_TAGGED : 0)
            | (form.compressed() ? FLAG_COMPRESSED : 0)
            | (form.encrypted() ? FLAG_ENCRYPTED : 0)
            | (age.length > 0 ? FLAG_TIMED : 0);
    return ByteBuffer.allocate(HEADER_BYTES + age.length + tags.length + payload.length)
        .put(VALUE)
        .put(FORMAT)
        .put((byte) form.schemaVersion())
        .put((byte) flags)
        .put(age)
        .put(tags)
        .put(payload)
        .array();
  }

  private static byte[] age(StoredValue.@Nullable Timing timing) {
    if (timing == null) {
      return new byte[0];
    }
    long fresh = Math.min(timing.freshMillis(), MOST_FRESH_MILLIS);
    long load = Math.min(timing.loadMillis(), MOST_LOAD_MILLIS);
    return ByteBuffer.allocate(LEASE_BYTES + TIMING_BYTES)
        .putLong(0) // no reload is under way
        .putLong(0)
        .putLong(timing.writtenAt())
        .putLong(0)
        .putInt(0)
        .putLong(fresh << 24 | load)
        .array();
  }

  /** Null if it was written at no moment that a Redis could tell. */
  private static StoredValue.@Nullable Timing timing(byte[] raw, ByteBuffer rest) {
    long both = rest.getLong();
    long written = writtenAt(raw);
    return written < 0 || written > LATEST_MOMENT
        ? null
        : new StoredValue.Timing(
            written, both >>> 24, both & MOST_LOAD_MILLIS, refreshedUntil(raw));
  }

  private static long writtenAt(byte[] raw) {
    return ByteBuffer.wrap(raw, MARKER_BYTES, Long.BYTES).getLong();
  }

  /** The 12 hexadecimal digits at the end of the lease; 0 if they are none. */
  private static long refreshedUntil(byte[] raw) {
    long moment = 0;
    for (int at = MARKER_BYTES + Long.BYTES; at < HEADER_BYTES + LEASE_BYTES; at++) {
      int digit = Character.digit(raw[at], 16);
      if (digit < 0) {
        return 0;
      }
      moment = moment << 4 | digit;
    }
    return moment;
  }

  /** What {@code refresh.lua} and {@code touch.lua} compare: when the value was written. */
  static byte[] seen(StoredValue.Timing timing) {
    return ByteBuffer.allocate(Long.BYTES).putLong(timing.writtenAt()).array();
  }

  private static byte[] tags(List<StoredValue.Generation> generations) {
    if (generations.isEmpty()) {
      return new byte[0];
    }
    List<byte[]> names = generations.stream().map(one -> utf8(one.tag())).toList();
    int size = 1 + names.stream().mapToInt(name -> 2 + name.length + 16).sum();
    ByteBuffer section = ByteBuffer.allocate(size).put((byte) generations.size());
    for (int i = 0; i < names.size(); i++) {
      section.putShort((short) names.get(i).length).put(names.get(i));
      section.put(token(generations.get(i).token()));
    }
    return section.array();
  }

  static byte[] generation(LeaseToken token) {
    byte[] marker = leaseMarker(token);
    marker[0] = GENERATION;
    return marker;
  }

  static Optional<LeaseToken> decodeGeneration(byte @Nullable [] raw) {
    if (raw == null || raw.length != MARKER_BYTES || raw[0] != GENERATION || raw[1] != FORMAT) {
      return Optional.empty();
    }
    ByteBuffer marker = ByteBuffer.wrap(raw, HEADER_BYTES, 16);
    return Optional.of(new LeaseToken(marker.getLong(), marker.getLong()));
  }

  /** Reads what is under a key; any bytes give an answer. */
  static Lookup decode(byte @Nullable [] raw) {
    if (raw == null) {
      return Lookup.MISSING;
    }
    if (raw.length < HEADER_BYTES || raw[1] != FORMAT) {
      return Lookup.UNDECODABLE;
    }
    return switch (raw[0]) {
      case VALUE -> value(raw);
      case LOADING -> raw.length == MARKER_BYTES ? Lookup.LOADING : Lookup.UNDECODABLE;
      case WRITING -> raw.length >= SMALLEST_MARK ? Lookup.WRITING : Lookup.UNDECODABLE;
      default -> Lookup.UNDECODABLE;
    };
  }

  /** Whether something that begins like this is a lease. */
  static boolean isLease(byte @Nullable [] head) {
    return head != null && head.length > 0 && head[0] == LOADING;
  }

  private static Lookup value(byte[] raw) {
    int flags = raw[3];
    if ((flags & ~FLAGS) != 0) {
      return Lookup.UNDECODABLE; // a later release knows more
    }
    if (flags == 0 && raw[2] == 0) { // as most are
      return new Lookup.Hit(StoredValue.endOf(raw, HEADER_BYTES, StoredValue.Form.PLAIN));
    }
    int rests = HEADER_BYTES + ((flags & FLAGS_WITH_LEASE) == 0 ? 0 : LEASE_BYTES);
    if (raw.length < rests) {
      return Lookup.UNDECODABLE;
    }
    try {
      ByteBuffer rest = ByteBuffer.wrap(raw, rests, raw.length - rests);
      StoredValue.Timing timing = (flags & FLAG_TIMED) == 0 ? null : timing(raw, rest);
      if (timing == null && (flags & FLAG_TIMED) != 0) {
        return Lookup.UNDECODABLE;
      }
      List<StoredValue.Generation> tags = (flags & FLAG_TAGGED) == 0 ? List.of() : tags(rest);
      StoredValue value =
          (flags & FLAG_ABSENT) == 0
              ? StoredValue.endOf(raw, raw.length - rest.remaining(), form(raw[2] & 0xff, flags))
              : absent(flags, rest);
      if (value == null) {
        return Lookup.UNDECODABLE;
      }
      StoredValue tagged = tags.isEmpty() ? value : value.under(tags);
      StoredValue timed = timing == null ? tagged : tagged.timed(timing);
      return (flags & FLAG_STALE) == 0 ? new Lookup.Hit(timed) : new Lookup.Stale(timed);
    } catch (BufferUnderflowException cutOff) {
      return Lookup.UNDECODABLE;
    }
  }

  private static StoredValue.Form form(int schemaVersion, int flags) {
    boolean compressed = (flags & FLAG_COMPRESSED) != 0;
    boolean encrypted = (flags & FLAG_ENCRYPTED) != 0;
    return schemaVersion == 0 && !compressed && !encrypted
        ? StoredValue.Form.PLAIN
        : new StoredValue.Form(schemaVersion, compressed, encrypted);
  }

  /** A row that does not exist has no payload but its seal. */
  private static @Nullable StoredValue absent(int flags, ByteBuffer rest) {
    if ((flags & FLAG_ENCRYPTED) != 0) {
      byte[] seal = new byte[rest.remaining()];
      rest.get(seal);
      return StoredValue.absent(seal);
    }
    return rest.hasRemaining() ? null : StoredValue.absent();
  }

  private static List<StoredValue.Generation> tags(ByteBuffer section) {
    int count = section.get() & 0xff;
    if (count > MOST_TAGS) {
      throw new BufferUnderflowException();
    }
    List<StoredValue.Generation> tags = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[Math.min(section.getShort() & 0xffff, section.remaining())];
      section.get(name);
      LeaseToken token = new LeaseToken(section.getLong(), section.getLong());
      tags.add(new StoredValue.Generation(new String(name, StandardCharsets.UTF_8), token));
    }
    return tags;
  }

  /** Reads the answer of the lease or refresh script: one letter for a state, or the value. */
  static Lookup decodeLease(byte @Nullable [] reply) {
    if (reply == null || reply.length != 1) {
      return decode(reply);
    }
    return switch (reply[0]) {
      case 'G' -> Lookup.GRANTED;
      case 'R' -> Lookup.REFRESHING;
      case 'F' -> Lookup.FRESH;
      case LOADING -> Lookup.LOADING;
      case WRITING -> Lookup.WRITING;
      default -> Lookup.UNDECODABLE;
    };
  }

  /**
   * Text as UTF-8. Half a surrogate pair, which UTF-8 does not have, becomes the three bytes it
   * would have as a character of its own (WTF-8), so that no two keys share their bytes.
   */
  static byte[] utf8(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (byte each : bytes) {
      if (each == '?') { // perhaps in the place of half a pair
        return text.chars().anyMatch(unit -> Character.isSurrogate((char) unit))
            ? wtf8(text)
            : bytes;
      }
    }
    return bytes;
  }

  /** The inverse of {@link #utf8}; bytes that are neither become replacement characters. */
  static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') < 0) {
      return text;
    }
    StringBuilder exact = new StringBuilder(bytes.length);
    int start = 0;
    for (int at = 0; at + 2 < bytes.length; at++) {
      if (bytes[at] == (byte) 0xed && (bytes[at + 1] & 0xe0) == 0xa0) {
        exact.append(new String(bytes, start, at - start, StandardCharsets.UTF_8));
        exact.append((char) (0xd000 | (bytes[at + 1] & 0x3f) << 6 | (bytes[at + 2] & 0x3f)));
        start = at + 3;
        at += 2;
      }
    }
    return exact
        .append(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8))
        .toString();
  }

  private static byte[] wtf8(String text) {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
    text.codePoints()
        .forEach(
            point -> {
              if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                bytes.put((byte) (0xe0 | (point >> 12)));
                bytes.put((byte) (0x80 | ((point >> 6) & 0x3f)));
                bytes.put((byte) (0x80 | (point & 0x3f)));
              } else {
                bytes.put(Character.toString(point).getBytes(StandardCharsets.UTF_8));
              }
            });
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  static byte[] millis(Duration duration) {
    return Long.toString(Math.max(1, duration.toMillis())).getBytes(StandardCharsets.US_ASCII);
  }
}
