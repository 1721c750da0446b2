package io.github.cacheaside.codec;

import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/** LZ4 by lz4-java: one block, read by the decompressor that checks every bound. */
final class Lz4 implements Compression.Algorithm {
  static final byte ID = 2;

  @Override
  public byte id() {
    return ID;
  }

  @Override
  public byte[] compress(byte[] bytes) {
    return LZ4Factory.fastestInstance().fastCompressor().compress(bytes);
  }

  /** Each byte of a length stands for 255 at most. */
  @Override
  public long most(int compressedBytes) {
    return compressedBytes * 255L;
  }

  @Override
  public void decompress(byte[] bytes, int from, byte[] target) {
    int length =
        LZ4Factory.fastestInstance()
            .safeDecompressor()
            .decompress(bytes, from, bytes.length - from, target, 0, target.length);
    if (length != target.length) {
      throw new LZ4Exception("other length than declared");
    }
  }

  @Override
  public String toString() {
    return "lz4";
  }
}
