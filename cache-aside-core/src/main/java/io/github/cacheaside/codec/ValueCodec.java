package io.github.cacheaside.codec;

import io.github.cacheaside.engine.base.Internal;
import io.github.cacheaside.spi.StoredValue;
import org.jspecify.annotations.Nullable;

/**
 * The way of a value into the store and back: serialized, then compressed, then encrypted.
 *
 * <p>Its form says what was done, so what is set now decides only what is written: a cache reads
 * what was written under other settings, but for plain values in a cache that encrypts. No length
 * that bytes from the store declare is believed before it was compared with the limit.
 */
@Internal
public final class ValueCodec<V> {
  private final Serializer<V> serializer;
  private final int maxPayload;
  private final int schemaVersion;
  private final @Nullable Compression compression;
  private final @Nullable Encryption encryption;
  private final RoundTripCheck check;
  private final Serializer.Batch<V> oneByOne;

  public ValueCodec(
      Serializer<V> serializer,
      int maxPayload,
      int schemaVersion,
      @Nullable Compression compression,
      @Nullable Encryption encryption) {
    this(
        serializer,
        maxPayload,
        schemaVersion,
        compression,
        encryption,
        RoundTripCheck.FIRST_VALUES);
  }

  public ValueCodec(
      Serializer<V> serializer,
      int maxPayload,
      int schemaVersion,
      @Nullable Compression compression,
      @Nullable Encryption encryption,
      RoundTripCheck check) {
    this.check = check;
    this.serializer = serializer;
    this.maxPayload = maxPayload;
    this.schemaVersion = schemaVersion;
    this.compression = compression;
    this.encryption = encryption;
    this.oneByOne = serializer::deserialize;
  }

  /** Which values are read again before they are cached. */
  public RoundTripCheck check() {
    return check;
  }

  /** For single values, on any thread. */
  public Serializer.Batch<V> oneByOne() {
    return oneByOne;
  }

  /**
   * For many values, one after the other on one thread, which closes it. A serializer that can't
   * make one, or close it, reads one by one: what it throws is not the read's affair.
   */
  public Serializer.Batch<V> batch() {
    Serializer.Batch<V> batch = batchOrNull();
    return batch == null ? oneByOne : new Closing<>(batch);
  }

  private Serializer.@Nullable Batch<V> batchOrNull() {
    try {
      return serializer.batch();
    } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
      return null;
    }
  }

  /** Closes quietly. */
  private record Closing<V>(Serializer.Batch<V> batch) implements Serializer.Batch<V> {
    @Override
    public V deserialize(byte[] bytes, int offset) throws Exception {
      return batch.deserialize(bytes, offset);
    }

    @Override
    public void close() {
      try {
        batch.close();
      } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
        return; // each value was read by then
      }
    }
  }

  /** Whether anything but the payload itself has to be kept. */
  public boolean needsForm() {
    return schemaVersion != 0 || compression != null || encryption != null;
  }

  /**
   * Encodes a value.
   *
   * @param value null for a row that does not exist
   * @throws RefusedValueException.Oversized if the serialized value is larger than allowed
   * @throws Exception what the serializer throws
   */
  public StoredValue encode(String storeKey, @Nullable V value) throws Exception {
    if (value == null) {
      return encryption == null
          ? StoredValue.absent()
          : StoredValue.absent(encryption.seal(storeKey, StoredValue.absent(new byte[0])));
    }
    byte[] payload = serializer.serialize(value);
    if (payload == null) {
      throw new RefusedValueException("the serializer answered null instead of bytes");
    }
    if (payload.length > maxPayload) {
      throw new RefusedValueException.Oversized(payload.length, maxPayload);
    }
    byte[] smaller = compression == null ? payload : compression.compress(payload);
    StoredValue plain =
        StoredValue.of(
            smaller, form(schemaVersion, smaller != payload, /* encrypted= */ encryption != null));
    return encryption == null
        ? plain
        : StoredValue.of(encryption.seal(storeKey, plain), plain.form());
  }

  private static StoredValue.Form form(int schemaVersion, boolean compressed, boolean encrypted) {
    return schemaVersion == 0 && !compressed && !encrypted
        ? StoredValue.Form.PLAIN
        : new StoredValue.Form(schemaVersion, compressed, encrypted);
  }

  /**
   * Decodes what was found.
   *
   * @return null for a row that does not exist
   * @throws Exception if it can't be read
   */
  public @Nullable V decode(String storeKey, StoredValue stored) throws Exception {
    return decode(storeKey, stored, oneByOne);
  }

  /** The same, as one of many. */
  public @Nullable V decode(String storeKey, StoredValue stored, Serializer.Batch<V> batch)
      throws Exception {
    StoredValue.Form form = stored.form();
    if (stored.length() > (long) maxPayload + (form.encrypted() ? Encryption.OVERHEAD : 0)) {
      throw new RefusedValueException.Oversized(stored.length(), maxPayload);
    }
    if (!stored.isAbsent() && form.schemaVersion() != schemaVersion) {
      throw new RefusedValueException.OtherSchema(form.schemaVersion(), schemaVersion);
    }
    byte[] opened = null;
    if (encryption != null) {
      opened = encryption.open(storeKey, stored);
    } else if (form.encrypted()) {
      throw new RefusedValueException("an encrypted entry in a cache without encryption");
    }
    if (stored.isAbsent()) {
      return null;
    }
    if (form.compressed()) {
      byte[] packed = opened == null ? stored.payload() : opened;
      opened = Compression.decompress(packed, maxPayload);
    }
    V value =
        opened == null
            ? batch.deserialize(stored.bytes(), stored.offset()) // a plain one is not copied
            : batch.deserialize(opened, 0);
    if (value == null) { // an absence is kept otherwise
      throw new RefusedValueException("the serializer answered null instead of a value");
    }
    return value;
  }
}
