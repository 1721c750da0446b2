package io.github.cacheaside.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives mutated bytes to a decoder and looks for what must not happen: an error, a broken promise,
 * more memory or time than a value may take.
 *
 * <p>An input that was refused at a place in the code where none was refused before joins those
 * that are mutated; so the search gets ever deeper into the decoder.
 */
final class Fuzzer {
  private static final int MOST_SEEDS = 500;
  private static final int MOST_CRASHES = 5;
  private static final int SAMPLE = 8;
  private static final int WARM_UP = 200;

  /** How long one input may take: 100 ms. */
  private static final long MOST_NANOS = 100_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A decoder. */
  @FunctionalInterface
  interface Target {
    /**
     * Decodes.
     *
     * @return whether the bytes were accepted
     * @throws Exception if they were refused
     */
    boolean decode(byte[] bytes) throws Exception;
  }

  /**
   * What came of it.
   *
   * @param crashes what went wrong, each with its input; only the first few
   */
  record Result(String target, long inputs, long accepted, int places, List<String> crashes) {
    @Override
    public String toString() {
      return "%-18s inputs=%d accepted=%d places=%d crashes=%d"
          .formatted(target, inputs, accepted, places, crashes.size());
    }
  }

  private final String name;
  private final Target target;
  private final long mostBytes;
  private final List<byte[]> corpus;
  private final Set<String> places = new HashSet<>();
  private final List<String> crashes = new ArrayList<>();
  private long accepted;

  Fuzzer(String name, List<byte[]> seeds, long mostBytes, Target target) {
    this.name = name;
    this.target = target;
    this.mostBytes = mostBytes;
    this.corpus = new ArrayList<>(seeds);
  }

  Result run(long seed, long inputs) {
    for (byte[] one : List.copyOf(corpus)) {
      for (int i = 0; i < WARM_UP; i++) { // classes are loaded by now
        attempt(one.clone());
      }
    }
    accepted = 0;
    Mutator mutator = new Mutator(seed);
    long done = 0;
    while (done < inputs && crashes.size() < MOST_CRASHES) {
      byte[] input = mutator.next(corpus);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long began = System.nanoTime();
      Throwable outcome = attempt(input);
      boolean slow = System.nanoTime() - began > MOST_NANOS;
      long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      done++;
      if (isCrash(outcome)) {
        crash(outcome + " at " + place(outcome), input);
      } else if (bytes > mostBytes) {
        crash("it took " + bytes + " bytes", input);
      } else if (slow && isSlow(input)) {
        crash("it took more than 100 ms of a processor, three times", input);
      } else if (done % SAMPLE == 0) {
        learn(outcome, input);
      }
    }
    return new Result(name, done, accepted, places.size(), List.copyOf(crashes));
  }

  private @Nullable Throwable attempt(byte[] input) {
    try {
      if (target.decode(input)) {
        accepted++;
      }
      return null;
    } catch (Throwable outcome) { // judged by the caller
      return outcome;
    }
  }

  /**
   * By the thread's own time, and again, since a collection or a busy machine makes anything slow.
   */
  private boolean isSlow(byte[] input) {
    for (int i = 0; i < 3; i++) {
      long before = THREADS.getCurrentThreadCpuTime();
      attempt(input.clone());
      if (THREADS.getCurrentThreadCpuTime() - before <= MOST_NANOS) {
        return false;
      }
    }
    return true;
  }

  /** The engine takes these for entries that can't be read. */
  private static boolean isCrash(@Nullable Throwable outcome) {
    return outcome != null
        && !(outcome instanceof Exception)
        && !(outcome instanceof StackOverflowError);
  }

  private void crash(String what, byte[] input) {
    crashes.add(name + ": " + what + ": " + HexFormat.of().formatHex(input));
  }

  private void learn(@Nullable Throwable outcome, byte[] input) {
    if (outcome != null && places.add(place(outcome)) && corpus.size() < MOST_SEEDS) {
      corpus.add(input);
    }
  }

  private static String place(@Nullable Throwable outcome) {
    StackTraceElement[] trace =
        outcome == null ? new StackTraceElement[0] : outcome.getStackTrace();
    return trace.length == 0 ? "nowhere" : trace[0].toString();
  }
}
