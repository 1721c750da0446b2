package io.github.cacheaside;

import java.util.Objects;

/**
 * What a store keeps under a key: a payload, or the knowledge that the database has no such row.
 *
 * <p>Immutable by agreement: neither side changes the array after handing it over.
 */
public final class StoredValue {
  private static final StoredValue ABSENT = new StoredValue(new byte[0]);

  private final byte[] payload;

  private StoredValue(byte[] payload) {
    this.payload = payload;
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
    return new StoredValue(Objects.requireNonNull(payload, "payload"));
  }

  /**
   * Whether this is the marker of a row that does not exist.
   *
   * @return true for the marker
   */
  public boolean isAbsent() {
    return this == ABSENT;
  }

  /**
   * The serialized form.
   *
   * @return the array itself, not a copy; empty for the absence marker
   */
  public byte[] payload() {
    return payload;
  }

  /** Says how large the payload is, never what is in it. */
  @Override
  public String toString() {
    return isAbsent() ? "StoredValue[absent]" : "StoredValue[" + payload.length + " bytes]";
  }
}
