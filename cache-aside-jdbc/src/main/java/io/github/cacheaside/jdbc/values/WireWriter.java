package io.github.cacheaside.jdbc.values;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Writes numbers, text and bytes in the form that {@link WireReader} reads. */
public final class WireWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

  public byte[] toByteArray() {
    return out.toByteArray();
  }

  public void putByte(int value) {
    out.write(value);
  }

  /** Seven bits a byte, the lowest first, for numbers that are not negative and mostly small. */
  public void putUnsigned(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Zigzag: small numbers of either sign are short. */
  void putSigned(long value) {
    putUnsigned((value << 1) ^ (value >> 63));
  }

  void putFixed(long value) {
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    out.write(bytes, 0, bytes.length);
  }

  void putBytes(byte[] bytes) {
    putUnsigned(bytes.length);
    out.write(bytes, 0, bytes.length);
  }

  /** UTF-8; a lone surrogate, which it can't express, is refused. */
  public void putText(String text) throws CharacterCodingException {
    ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
    putUnsigned(utf8.remaining());
    out.write(utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining());
  }
}
