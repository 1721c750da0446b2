package io.github.cacheaside;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a store keeps under a key: a payload, or the knowledge that the database has no such row;
 * and the generations of the tags it was loaded under.
 *
 * <p>Immutable by agreement: neither side changes the array after handing it over.
 */
public final class StoredValue {
  private static final StoredValue ABSENT = new StoredValue(true, new byte[0], 0, List.of());

  /**
   * The generation of a tag when the load of a value began.
   *
   * @param tag the tag; empty for the one that {@link CacheAside#clear} renews
   * @param token the generation
   */
  public record Generation(String tag, LeaseToken token) {}

  private final boolean absent;
  private final byte[] bytes;
  private final int offset;
  private final List<Generation> generations;

  private StoredValue(boolean absent, byte[] bytes, int offset, List<Generation> generations) {
    this.absent = absent;
    this.bytes = bytes;
    this.offset = offset;
    this.generations = generations;
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
   * A value.
   *
   * @param payload its serialized form; not copied
   * @return the value
   */
  public static StoredValue of(byte[] payload) {
    return endOf(payload, 0);
  }

  /**
   * A value whose serialized form is the end of what a store has read.
   *
   * @param bytes what was read; not copied
   * @param offset where the serialized form begins
   * @return the value
   * @throws IndexOutOfBoundsException if the offset is negative or beyond the end
   */
  public static StoredValue endOf(byte[] bytes, int offset) {
    Objects.checkIndex(offset, Objects.requireNonNull(bytes, "payload").length + 1);
    return new StoredValue(false, bytes, offset, List.of());
  }

  /**
   * The same, loaded under these generations.
   *
   * @param generations the generations
   * @return a value that carries them
   */
  public StoredValue under(List<Generation> generations) {
    return new StoredValue(absent, bytes, offset, List.copyOf(generations));
  }

  /**
   * Whether this is the marker of a row that does not exist.
   *
   * @return true for the marker
   */
  public boolean isAbsent() {
    return absent;
  }

  /**
   * The serialized form.
   *
   * @return not to be changed: the array itself, unless it is only the end of one; empty for the
   *     absence marker
   */
  public byte[] payload() {
    return offset == 0 ? bytes : Arrays.copyOfRange(bytes, offset, bytes.length);
  }

  /** Where the serialized form is: from {@link #offset} to the end. */
  byte[] bytes() {
    return bytes;
  }

  int offset() {
    return offset;
  }

  /**
   * The generations it was loaded under.
   *
   * @return unmodifiable; empty in a cache without tags
   */
  public List<Generation> generations() {
    return generations;
  }

  /** Says how large the payload is, never what is in it. */
  @Override
  public String toString() {
    return absent ? "StoredValue[absent]" : "StoredValue[" + (bytes.length - offset) + " bytes]";
  }
}
