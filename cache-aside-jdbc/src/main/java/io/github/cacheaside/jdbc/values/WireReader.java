package io.github.cacheaside.jdbc.values;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link WireWriter} wrote and believes none of it: no length is taken for true that
 * exceeds what is left. Throws {@link IOException} or {@link BufferUnderflowException}.
 */
public final class WireReader {
  private static final int LONGEST_NUMBER = 10;

  private final ByteBuffer in;

  public WireReader(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes);
  }

  public int remaining() {
    return in.remaining();
  }

  public int getByte() {
    return in.get() & 0xFF;
  }

  long getUnsigned() throws IOException {
    long value = 0;
    for (int i = 0; i < LONGEST_NUMBER; i++) {
      byte next = in.get();
      value |= (long) (next & 0x7F) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number of more than 10 bytes");
  }

  long getSigned() throws IOException {
    long zigzag = getUnsigned();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  int getInt() throws IOException {
    return Math.toIntExact(getSigned());
  }

  long getFixed() {
    return in.getLong();
  }

  /** How many things follow, each of which takes at least one byte. */
  public int getCount() throws IOException {
    long count = getUnsigned();
    if (count < 0 || count > in.remaining()) {
      throw new IOException("a count of " + count + " with " + in.remaining() + " bytes left");
    }
    return (int) count;
  }

  byte[] getBytes() throws IOException {
    byte[] bytes = new byte[getCount()];
    in.get(bytes);
    return bytes;
  }

  public String getText() throws IOException {
    ByteBuffer utf8 = ByteBuffer.wrap(getBytes());
    return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
  }
}
