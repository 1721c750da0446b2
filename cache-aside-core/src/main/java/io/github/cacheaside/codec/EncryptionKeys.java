package io.github.cacheaside.codec;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an {@link Encryption}: one to write with, and older or newer ones to read with. The
 * id of its key stands in front of each value. Immutable.
 *
 * <p>To rotate without a storm of misses, in three roll-outs: let every process also read the new
 * key; make it the one to write with, and go on reading the old one; when the longest TTL has
 * passed, leave the old one out. A value under a key that is not there is a miss.
 */
public final class EncryptionKeys {
  private final int currentId;
  private final Map<Integer, SecretKey> keys;

  private EncryptionKeys(int currentId, Map<Integer, SecretKey> keys) {
    this.currentId = currentId;
    this.keys = Map.copyOf(keys);
  }

  /**
   * One key, to write and to read with.
   *
   * @param id names the key in every value it encrypts; never give it to another key
   * @param key an AES key of 16, 24 or 32 bytes
   * @return the keys
   * @throws IllegalArgumentException if it is no such key
   */
  public static EncryptionKeys of(int id, SecretKey key) {
    return new EncryptionKeys(id, Map.of(id, check(id, key)));
  }

  /**
   * Adds a key to read with.
   *
   * @param id its id
   * @param key an AES key of 16, 24 or 32 bytes
   * @return these keys and that one
   * @throws IllegalArgumentException if it is no such key, or the id is taken
   */
  public EncryptionKeys alsoReading(int id, SecretKey key) {
    Map<Integer, SecretKey> more = new HashMap<>(keys);
    if (more.put(id, check(id, key)) != null) {
      throw new IllegalArgumentException("id " + id + " is taken by another key");
    }
    return new EncryptionKeys(currentId, more);
  }

  private static SecretKey check(int id, SecretKey key) {
    if (!requireNonNull(key, "key").getAlgorithm().equals("AES")) {
      throw new IllegalArgumentException(
          "key " + id + " must be for AES but is for " + key.getAlgorithm());
    }
    byte[] bytes = key.getEncoded(); // null if it never leaves a hardware module
    if (bytes != null && bytes.length != 16 && bytes.length != 24 && bytes.length != 32) {
      throw new IllegalArgumentException(
          "key " + id + " must have 16, 24 or 32 bytes but has " + bytes.length);
    }
    return key;
  }

  int currentId() {
    return currentId;
  }

  SecretKey current() {
    return requireNonNull(keys.get(currentId));
  }

  @Nullable SecretKey key(int id) {
    return keys.get(id);
  }

  /** Names the ids, never a key. */
  @Override
  public String toString() {
    return "EncryptionKeys[writing "
        + currentId
        + ", reading "
        + new TreeSet<>(keys.keySet())
        + "]";
  }
}
