package io.github.cacheaside.spi;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.engine.base.Internal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a store keeps under a key: a payload, or the knowledge that the database has no such row;
 * and the generations of the tags it was loaded under.
 *
 * <p>Immutable by agreement: neither side changes the array after handing it over.
 */
public final class StoredValue {
  /** Stands for the offset of a marker, so that a value is no larger for being able to be one. */
  private static final int NO_PAYLOAD = -1;

  private static final StoredValue ABSENT =
      new StoredValue(new byte[0], NO_PAYLOAD, Form.PLAIN, List.of(), null);

  /**
   * What has become of a payload on its way from the serializer. A store keeps it with the payload;
   * it need not know what it means.
   *
   * @param schemaVersion the version of the type of values, 0 to 255; 0 if it has none
   * @param compressed whether the payload is compressed
   * @param encrypted whether the payload is encrypted, after it was compressed
   */
  public record Form(int schemaVersion, boolean compressed, boolean encrypted) {
    /** As the serializer wrote it, without a version. */
    public static final Form PLAIN = new Form(0, false, false);

    /**
     * Checks the version.
     *
     * @throws IllegalArgumentException if the version is not 0 to 255
     */
    public Form {
      if (schemaVersion < 0 || schemaVersion > 255) {
        throw new IllegalArgumentException(
            "schemaVersion must be 0 to 255 but was " + schemaVersion);
      }
    }
  }

  /**
   * The generation of a tag when the load of a value began.
   *
   * @param tag the tag; empty for the one that {@link CacheAside#clear} renews
   * @param token the generation
   */
  public record Generation(String tag, LeaseToken token) {}

  /**
   * How old a value may grow before it is reloaded. All moments are by the store's own clock.
   *
   * @param writtenAt when the store wrote it, in ms since 1970; a store ignores it in what it is
   *     given
   * @param freshMillis for how many ms after that it is fresh: until its soft expiry or, if it has
   *     none, its TTL; from 0
   * @param loadMillis how many ms its load took, 0 if it is not known; a store may keep at most
   *     16,777,215, which is 4.6 hours
   * @param refreshedUntil when the lease of its reload ends, in ms since 1970; 0 or past if there
   *     is none; a store ignores it in what it is given
   */
  public record Timing(long writtenAt, long freshMillis, long loadMillis, long refreshedUntil) {
    /**
     * Checks the durations.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Timing {
      if (freshMillis < 0 || loadMillis < 0) {
        throw new IllegalArgumentException(
            "freshMillis and loadMillis must not be negative: " + freshMillis + ", " + loadMillis);
      }
    }

    /**
     * What a writer knows.
     *
     * @param freshMillis for how long it is fresh, from 0
     * @param loadMillis how long its load took, from 0
     * @return the timing; the store adds when it wrote it
     */
    public static Timing of(long freshMillis, long loadMillis) {
      return new Timing(0, freshMillis, loadMillis, 0);
    }

    /**
     * When it stops to be fresh.
     *
     * @return in ms since 1970 by the store's clock
     */
    public long freshUntil() {
      return writtenAt + freshMillis;
    }
  }

  private final byte[] bytes;
  private final int offset;
  private final Form form;
  private final List<Generation> generations;
  private final @Nullable Timing timing;

  private StoredValue(
      byte[] bytes, int offset, Form form, List<Generation> generations, @Nullable Timing timing) {
    this.bytes = bytes;
    this.offset = offset;
    this.form = form;
    this.generations = generations;
    this.timing = timing;
  }

  /**
   * The marker of a row that does not exist.
   *
   * @return the marker
   */
  public static StoredValue absent() {
    return ABSENT;
  }

  /**
   * The marker of a row that does not exist, with what proves that a cache with encryption wrote
   * it.
   *
   * @param seal the proof; not copied
   * @return the marker; its form is encrypted
   */
  public static StoredValue absent(byte[] seal) {
    return new StoredValue(
        Objects.requireNonNull(seal, "seal"),
        NO_PAYLOAD,
        new Form(0, false, true),
        List.of(),
        null);
  }

  /**
   * A value as its serializer wrote it.
   *
   * @param payload its serialized form; not copied
   * @return the value
   */
  public static StoredValue of(byte[] payload) {
    return of(payload, Form.PLAIN);
  }

  /**
   * A value.
   *
   * @param payload what is left of it after compression and encryption; not copied
   * @param form what has become of it
   * @return the value
   */
  public static StoredValue of(byte[] payload, Form form) {
    return endOf(Objects.requireNonNull(payload, "payload"), 0, form);
  }

  /**
   * A value whose payload is the end of what a store has read.
   *
   * @param bytes what was read; not copied
   * @param offset where the payload begins
   * @param form what has become of it
   * @return the value
   * @throws IndexOutOfBoundsException if the offset is negative or beyond the end
   */
  public static StoredValue endOf(byte[] bytes, int offset, Form form) {
    Objects.checkIndex(offset, bytes.length + 1);
    return new StoredValue(bytes, offset, Objects.requireNonNull(form, "form"), List.of(), null);
  }

  /**
   * The same, loaded under these generations.
   *
   * @param generations the generations
   * @return a value that carries them
   */
  public StoredValue under(List<Generation> generations) {
    return new StoredValue(bytes, offset, form, List.copyOf(generations), timing);
  }

  /**
   * The same, with what is known of its age.
   *
   * @param timing the timing
   * @return a value that carries it
   */
  public StoredValue timed(Timing timing) {
    return new StoredValue(
        bytes, offset, form, generations, Objects.requireNonNull(timing, "timing"));
  }

  /**
   * Whether this is the marker of a row that does not exist.
   *
   * @return true for the marker
   */
  public boolean isAbsent() {
    return offset == NO_PAYLOAD;
  }

  /**
   * The serialized form.
   *
   * @return not to be changed: the array itself, unless it is only the end of one; empty for the
   *     absence marker, but for its seal
   */
  public byte[] payload() {
    return offset <= 0 ? bytes : Arrays.copyOfRange(bytes, offset, bytes.length);
  }

  /** How long the payload is. */
  @Internal
  public int length() {
    return bytes.length - offset();
  }

  /** Where the payload is: from {@link #offset} to the end. */
  @Internal
  public byte[] bytes() {
    return bytes;
  }

  @Internal
  public int offset() {
    return Math.max(0, offset);
  }

  /**
   * What has become of the payload.
   *
   * @return the form; {@link Form#PLAIN} for most
   */
  public Form form() {
    return form;
  }

  /**
   * The generations it was loaded under.
   *
   * @return unmodifiable; empty in a cache without tags
   */
  public List<Generation> generations() {
    return generations;
  }

  /**
   * What is known of its age.
   *
   * @return null in a cache without an {@link Expiry}
   */
  public @Nullable Timing timing() {
    return timing;
  }

  /** Says how large the payload is, never what is in it. */
  @Override
  public String toString() {
    return isAbsent() ? "StoredValue[absent]" : "StoredValue[" + length() + " bytes]";
  }
}
