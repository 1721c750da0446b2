package io.github.cacheaside.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/** Zstandard by zstd-jni. One frame, whose header says the length too. */
final class Zstandard implements Compression.Algorithm {
  static final byte ID = 1;
  static final int DEFAULT_LEVEL = 3;

  private final int level;

  Zstandard(int level) {
    this.level = level;
  }

  @Override
  public byte id() {
    return ID;
  }

  @Override
  public byte[] compress(byte[] bytes) {
    return Zstd.compress(bytes, level);
  }

  /** A block of 128 KiB can shrink to 4 bytes. */
  @Override
  public long most(int compressedBytes) {
    return compressedBytes * 32L * 1024;
  }

  @Override
  public void decompress(byte[] bytes, int from, byte[] target) {
    long length =
        Zstd.decompressByteArray(target, 0, target.length, bytes, from, bytes.length - from);
    if (length != target.length) { // an error is a negative length
      throw new ZstdException(length);
    }
  }

  @Override
  public String toString() {
    return "zstd level " + level;
  }
}
