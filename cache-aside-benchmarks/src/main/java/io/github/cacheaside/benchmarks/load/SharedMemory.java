package io.github.cacheaside.benchmarks.load;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What all JVMs of one run know together: for each key the highest version acknowledged and
 * committed, for each worker its counters.
 *
 * <p>It is a mapped file, so an entry that one JVM has published is seen by all others at once, and
 * it outlives a worker that is killed. No clock is compared: a reader takes its bound from here
 * before its read starts, a writer publishes after its write ended.
 */
public final class SharedMemory implements AutoCloseable {
  /** How many workers may write counters. */
  public static final int SLOTS = 256;

  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int CURSOR = 0;
  private static final int LOADING = 1;
  private static final int VERSION = 2;
  private static final int HINTS = 8;
  private static final int HINT_PLACES = 7;
  private static final int MARKS = 16;
  private static final int HEADER = 64;
  private static final int PER_SLOT = 64;
  private static final int KEYS_AT = HEADER + SLOTS * PER_SLOT;

  private final Path file;
  private final int keys;
  private final ByteBuffer bytes;

  private SharedMemory(Path file, int keys) throws IOException {
    this.file = file;
    this.keys = keys;
    long size = Long.BYTES * (KEYS_AT + 2L * keys);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      this.bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size);
    }
  }

  public static SharedMemory create(int keys) throws IOException {
    return new SharedMemory(Files.createTempFile("cache-aside-board-", ".bin"), keys);
  }

  public static SharedMemory open(Path file, int keys) throws IOException {
    return new SharedMemory(file, keys);
  }

  public Path file() {
    return file;
  }

  public int keys() {
    return keys;
  }

  public long acked(int key) {
    return get(ackedAt(key));
  }

  public long committed(int key) {
    return get(ackedAt(key) + 1);
  }

  public void publishAcked(int key, long version) {
    raise(ackedAt(key), version);
  }

  public void publishCommitted(int key, long version) {
    raise(ackedAt(key) + 1, version);
  }

  /** Takes the next key that has never been written. */
  public int takeFresh() {
    return (int) (long) LONGS.getAndAdd(bytes, CURSOR * Long.BYTES, 1L);
  }

  /** Says how many keys {@link #takeFresh} has given. */
  public int fresh() {
    return (int) get(CURSOR);
  }

  /** Counts loads in progress. */
  public void loading(long delta) {
    add(LOADING, delta);
  }

  public long loading() {
    return get(LOADING);
  }

  /** The one version that an experiment without a database serves. */
  public long version() {
    return get(VERSION);
  }

  public void raiseVersion() {
    add(VERSION, 1);
  }

  /** Tells writers which key a reader is loading just now, so that they can race with it. */
  public void hint(int key) {
    LONGS.setVolatile(bytes, HINTS * Long.BYTES, key + 1L);
    LONGS.setVolatile(bytes, (HINTS + 1 + key % HINT_PLACES) * Long.BYTES, key + 1L);
  }

  /** The key whose load stalled last for place 0, others for others; -1 if there is none. */
  public int hinted(int place) {
    return (int) get(HINTS + place) - 1;
  }

  /** A number that one JVM leaves for another. */
  public void mark(int index, long value) {
    LONGS.setVolatile(bytes, (MARKS + index) * Long.BYTES, value);
  }

  public long mark(int index) {
    return get(MARKS + index);
  }

  public void count(int slot, Count what, long delta) {
    add(countAt(slot, what), delta);
  }

  public long total(Count what) {
    long sum = 0;
    for (int slot = 0; slot < SLOTS; slot++) {
      sum += get(countAt(slot, what));
    }
    return sum;
  }

  @SuppressWarnings("EnumOrdinal") // all JVMs of a run have the same class
  private static int countAt(int slot, Count what) {
    return HEADER + slot * PER_SLOT + what.ordinal();
  }

  private static int ackedAt(int key) {
    return KEYS_AT + 2 * key;
  }

  private long get(int index) {
    return (long) LONGS.getVolatile(bytes, index * Long.BYTES);
  }

  private void add(int index, long delta) {
    long unused = (long) LONGS.getAndAdd(bytes, index * Long.BYTES, delta);
  }

  private void raise(int index, long value) {
    long known = get(index);
    while (known < value && !LONGS.compareAndSet(bytes, index * Long.BYTES, known, value)) {
      known = get(index);
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
