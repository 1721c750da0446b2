package io.github.cacheaside.engine.base;

import io.github.cacheaside.spi.LeaseToken;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Issues tokens: 128 bits that the operating system draws for each.
 *
 * <p>Nothing of them is kept in the heap. JVMs that are restored from one snapshot (CRaC,
 * SnapStart) or that run in copies of one machine have equal heaps: what is drawn ahead, counted
 * up, or mixed from a seed is drawn again by each of them. {@link SecureRandom} keeps such a state
 * too, or a buffer. The system is told when its machine is copied; where it is not, the clock,
 * which moves between two reads of it, still keeps copies apart.
 *
 * <p>Its file is closed once no token was needed for 5 to 10 seconds: a JVM that waits to be saved
 * must have no file open.
 */
public final class Tokens {
  private static final String DEVICE = "/dev/urandom";
  private static final Duration IDLE = Duration.ofSeconds(5);
  private static final int BYTES = 2 * Long.BYTES;

  /** The open file; the thread that takes it out closes it. */
  private static final class Source {
    private final FileInputStream file;
    private volatile boolean used = true;

    Source() throws IOException {
      this.file = new FileInputStream(DEVICE);
    }

    boolean read(byte[] bytes) {
      used = true;
      try {
        return file.readNBytes(bytes, 0, bytes.length) == bytes.length;
      } catch (IOException e) { // closed meanwhile
        return false;
      }
    }
  }

  private static final AtomicReference<@Nullable Source> OPEN = new AtomicReference<>();

  private Tokens() {}

  public static LeaseToken next() {
    ByteBuffer bytes = ByteBuffer.wrap(draw());
    return new LeaseToken(bytes.getLong(), bytes.getLong() ^ spread(System.nanoTime()));
  }

  private static byte[] draw() {
    byte[] bytes = new byte[BYTES];
    Source source = OPEN.get();
    return source != null && source.read(bytes) ? bytes : drawAfterOpening(bytes);
  }

  private static byte[] drawAfterOpening(byte[] bytes) {
    try {
      Source source = new Source();
      boolean drawn = source.read(bytes);
      Source old = OPEN.getAndSet(source);
      if (old != null) {
        old.file.close();
      }
      closeWhenIdle(source);
      return drawn ? bytes : drawElsewhere();
    } catch (IOException e) { // Windows has no such file, a sandbox may hide it
      return drawElsewhere();
    }
  }

  /** What seeds are made of comes from the system at each call. */
  private static byte[] drawElsewhere() {
    return new SecureRandom().generateSeed(BYTES);
  }

  private static void closeWhenIdle(Source source) {
    Timers.SHARED.after(
        IDLE,
        () -> {
          if (source.used) {
            source.used = false;
            closeWhenIdle(source);
            return;
          }
          OPEN.compareAndSet(source, null);
          try {
            source.file.close();
          } catch (IOException e) { // there is nothing to lose
            return;
          }
        });
  }

  /** Changes about half of all bits, whichever bit has changed (the last steps of MurmurHash3). */
  private static long spread(long bits) {
    long mixed = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
