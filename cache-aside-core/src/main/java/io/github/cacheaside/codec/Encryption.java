package io.github.cacheaside.codec;

import static java.util.Objects.requireNonNull;

import io.github.cacheaside.spi.StoredValue;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts values on their way into the store, and makes changed or swapped ones a miss: AES-GCM
 * (NIST SP 800-38D) of the JDK, with a random nonce of 96 bits and a tag of 128 bits. Thread-safe.
 *
 * <p>The full key of the entry, its schema version and its form are authenticated with the value: a
 * value that was moved to another key, cache, namespace or version can't be read. So is the fact
 * that a row does not exist. Not protected: keys, lengths, times, tags, and that an attacker who
 * can write to the store puts an older value back under its own key.
 *
 * <p>A random nonce allows 2<sup>32</sup> encryptions under one key, by all processes together;
 * that is 49 days at a thousand a second. {@linkplain EncryptionKeys Rotate} before.
 */
public final class Encryption {
  /** Id of the key, nonce, tag. */
  static final int OVERHEAD = 4 + 12 + 16;

  private static final int NONCE_BYTES = 12;
  private static final int PREFIX_BYTES = 4 + NONCE_BYTES;
  private static final int TAG_BITS = 128;
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Supplier<EncryptionKeys> keys;
  private final boolean plainToo;

  private Encryption(Supplier<EncryptionKeys> keys, boolean plainToo) {
    this.keys = keys;
    this.plainToo = plainToo;
  }

  /**
   * AES-GCM under these keys.
   *
   * @param keys the keys
   * @return the encryption
   */
  public static Encryption aesGcm(EncryptionKeys keys) {
    requireNonNull(keys, "keys");
    return new Encryption(() -> keys, false);
  }

  /**
   * AES-GCM under keys that change while the application runs.
   *
   * @param keys answers the keys of the moment; asked for each value, so it must not block, and
   *     must be thread-safe. If it throws, a write is not cached and a read is a miss
   * @return the encryption
   */
  public static Encryption aesGcm(Supplier<EncryptionKeys> keys) {
    return new Encryption(requireNonNull(keys, "keys"), false);
  }

  /**
   * Reads values that are not encrypted too, so that switching encryption on for a cache that is in
   * use makes no storm of misses. An attacker that can write to the store can then present values
   * of its own, so build without it once the longest TTL has passed. Default: they are misses.
   *
   * @return the same encryption, less strict
   */
  public Encryption readingPlainToo() {
    return new Encryption(keys, true);
  }

  /** Encrypts a payload: id of the key, nonce, ciphertext with its tag. */
  byte[] seal(String storeKey, StoredValue plain) throws GeneralSecurityException {
    EncryptionKeys ring = requireNonNull(keys.get(), "keys");
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] payload = plain.payload();
    ByteBuffer sealed = ByteBuffer.allocate(payload.length + OVERHEAD);
    sealed.putInt(ring.currentId()).put(nonce);
    Cipher cipher = cipher(Cipher.ENCRYPT_MODE, ring.current(), nonce, storeKey, plain);
    cipher.doFinal(payload, 0, payload.length, sealed.array(), sealed.position());
    return sealed.array();
  }

  /** Decrypts what {@link #seal} encrypted. */
  byte[] open(String storeKey, StoredValue stored)
      throws GeneralSecurityException, RefusedValueException {
    byte[] payload = stored.payload();
    if (!stored.form().encrypted()) {
      if (plainToo) {
        return payload;
      }
      throw new RefusedValueException("an entry that is not encrypted");
    }
    if (payload.length < OVERHEAD) {
      throw new RefusedValueException("an encrypted entry that was cut off");
    }
    ByteBuffer sealed = ByteBuffer.wrap(payload);
    int id = sealed.getInt();
    @Nullable SecretKey key = requireNonNull(keys.get(), "keys").key(id);
    if (key == null) {
      throw new RefusedValueException("encrypted under the unknown key " + id);
    }
    byte[] nonce = new byte[NONCE_BYTES];
    sealed.get(nonce);
    return cipher(Cipher.DECRYPT_MODE, key, nonce, storeKey, stored)
        .doFinal(payload, PREFIX_BYTES, payload.length - PREFIX_BYTES);
  }

  private static Cipher cipher(
      int mode, SecretKey key, byte[] nonce, String storeKey, StoredValue value)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(TRANSFORMATION);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context(storeKey, value));
    return cipher;
  }

  /** What is authenticated with the value. As UTF-16, in which no two keys are the same. */
  private static byte[] context(String storeKey, StoredValue value) {
    ByteBuffer context = ByteBuffer.allocate(3 + 2 * storeKey.length());
    context.put((byte) (value.isAbsent() ? 1 : 0));
    context.put((byte) (value.form().compressed() ? 1 : 0));
    context.put((byte) value.form().schemaVersion());
    context.asCharBuffer().put(storeKey);
    return context.array();
  }

  /** Names no key. */
  @Override
  public String toString() {
    return "Encryption[AES-GCM" + (plainToo ? ", reading plain too]" : "]");
  }
}
