package io.github.cacheaside.redis;

import io.lettuce.core.api.StatefulConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The reads on their way to one node. While few are under way, a read is sent at once. Those that
 * come when enough are under way wait for each other and leave together, in one write, as soon as a
 * reply is there, or one of their callers is about to sleep. There is no timer (natural batching,
 * as group commit does it) and no lock. A caller that blocks sends its read, with those that other
 * threads have just added, before it sleeps; in a crowd it lets the others run first.
 */
final class ReadBatcher {
  /** How many reads under way are enough: 6, lest the few callers that there are wait in turns. */
  static final int ENOUGH_READS = 6;

  /**
   * How many are enough where the node is far and no caller is about to sleep for its read, and
   * send it: 64. To wait for a reply would cost it a second round trip.
   */
  static final int ENOUGH_FAR = 64;

  /**
   * From how many reads under way a caller lets other threads run before it sleeps: 24. They add
   * their reads to its batch, and its reply may come meanwhile, which spares putting it to sleep
   * and waking it. With fewer callers that costs more than it gains (figures: docs/performance.md).
   */
  static final int CROWD = 24;

  /** How often it lets them run: twice. */
  private static final int YIELDS = 2;

  private static final long NOT_TIMED = Long.MIN_VALUE;

  /** From here on a node is far: a reply takes 0.3 ms. */
  static final long FAR_NANOS = 300_000;

  /** A reply that took longer than those before counts for a 16th. */
  private static final int SMOOTH = 4;

  /**
   * How long reads that no caller sleeps for, asynchronous ones, wait for those under way: 20 ms,
   * looked at with the next read or reply. In a cluster they may have been sent on to another node,
   * which hangs.
   */
  private static final long LONGEST_WAIT_NANOS = 20_000_000;

  /** How many reads wait at most; more are refused. */
  private static final int MOST_WAITING = 50_000;

  private final Supplier<StatefulConnection<byte[], byte[]>> connection;
  private final int keysPerCommand;
  private final AtomicReference<@Nullable PendingGet> newest = new AtomicReference<>();
  private final AtomicInteger reads = new AtomicInteger();
  private final LongSupplier nanoTime;
  private volatile long sentAt;
  private volatile long roundTrip = FAR_NANOS / 2; // a hint: threads may overwrite each other's

  ReadBatcher(Supplier<StatefulConnection<byte[], byte[]>> connection, int keysPerCommand) {
    this(connection, keysPerCommand, System::nanoTime);
  }

  ReadBatcher(
      Supplier<StatefulConnection<byte[], byte[]>> connection,
      int keysPerCommand,
      LongSupplier nanoTime) {
    this.connection = connection;
    this.keysPerCommand = keysPerCommand;
    this.nanoTime = nanoTime;
  }

  void add(PendingGet get) {
    get.batcher = this;
    PendingGet before;
    do {
      before = newest.get();
      get.next = before;
      get.depth = before == null ? 1 : before.depth + 1;
      if (get.depth > MOST_WAITING) {
        get.refuse(MOST_WAITING);
        sendWaiting(); // those that wait may have waited long enough
        return;
      }
    } while (!newest.compareAndSet(before, get));
    sendWaiting();
  }

  /** Sends reads that came together, at once and whatever else is under way. */
  void addAll(PendingGet first) {
    new Batch(first, 0, NOT_TIMED).send();
  }

  private void sendWaiting() {
    PendingGet last = newest.get();
    while (last != null && !enoughUnderWay(last)) {
      sendNow();
      last = newest.get();
    }
  }

  /** Whether this read waits now. The end of a read under way makes its thread look again. */
  private boolean enoughUnderWay(PendingGet get) {
    int enough = roundTrip > FAR_NANOS && !get.isAwaited() ? ENOUGH_FAR : ENOUGH_READS;
    return reads.get() >= enough && nanoTime.getAsLong() - sentAt < LONGEST_WAIT_NANOS;
  }

  /**
   * How far the node is: the shortest of the replies of late. Only of reads that were alone, since
   * others have queued; and one slow reply, such as the first or one after a garbage collection,
   * makes no node far.
   */
  private void took(long nanos) {
    long usual = roundTrip;
    roundTrip = nanos < usual ? nanos : usual + ((Math.min(nanos, 2 * usual) - usual) >> SMOOTH);
  }

  /** A thread is about to sleep until this future is complete. Its read, if it waits, is sent. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on it
  void beforeSleep(Future<?> reply) {
    if (reads.get() >= CROWD) {
      for (int i = 0; i < YIELDS; i++) {
        if (reply.isDone()) {
          return;
        }
        Thread.yield();
      }
    }
    if (!reply.isDone()) {
      flush();
    }
  }

  /** Sends what waits, whatever is under way. */
  void flush() {
    sendNow();
    sendWaiting(); // what has come since may not have been looked at, if sending has failed
  }

  private void sendNow() {
    PendingGet last = newest.getAndSet(null);
    if (last != null) {
      boolean alone = reads.addAndGet(last.depth) == 1;
      long now = nanoTime.getAsLong();
      sentAt = now;
      new Batch(oldestFirst(last), last.depth, alone ? now : NOT_TIMED).send();
    }
  }

  private static PendingGet oldestFirst(PendingGet newest) {
    PendingGet first = newest;
    PendingGet rest = newest.next;
    first.next = null;
    while (rest != null) {
      PendingGet next = rest.next;
      rest.next = first;
      first = rest;
      rest = next;
    }
    return first;
  }

  /** What leaves in one write. */
  private final class Batch {
    private final List<GetCommand> commands = new ArrayList<>(1);
    private final AtomicInteger unanswered;
    private final int counted;
    private final Thread sender = Thread.currentThread();
    private final long began;
    private boolean sending = true;

    /**
     * Takes all reads of a list.
     *
     * @param counted how many of them are counted as under way: all, or none of a bulk read, which
     *     could keep single ones waiting
     * @param began when it was sent, if it tells how far the node is
     */
    Batch(PendingGet first, int counted, long began) {
      this(first, counted, began, keysPerCommand);
    }

    private Batch(PendingGet first, int counted, long began, int keys) {
      this.counted = counted;
      this.began = began;
      PendingGet rest = first;
      while (rest != null) {
        GetCommand command = new GetCommand(rest, keys);
        commands.add(command);
        rest = command.rest();
      }
      unanswered = new AtomicInteger(commands.size());
      for (GetCommand gets : commands) {
        gets.command().onComplete((done, failure) -> answered(gets, failure));
      }
    }

    void send() {
      try {
        StatefulConnection<byte[], byte[]> redis = connection.get();
        // one by one: given a collection, a cluster's connection may block for a new node
        commands.forEach(gets -> gets.send(redis));
      } catch (Throwable e) { // whatever it is, waiting callers must learn of it
        commands.forEach(gets -> gets.command().completeExceptionally(e));
      } finally {
        sending = false;
      }
    }

    private void answered(GetCommand gets, @Nullable Throwable failure) {
      if (unanswered.decrementAndGet() == 0 && counted > 0) {
        reads.addAndGet(-counted);
        if (began != NOT_TIMED && failure == null) {
          took(nanoTime.getAsLong() - began);
        }
        if (Thread.currentThread() != sender || !sending) { // else the sender is about to look
          sendWaiting(); // before the callers are woken, so that Redis has work meanwhile
        }
      }
      PendingGet again = gets.answer(failure);
      if (again != null) {
        new Batch(again, 0, NOT_TIMED, 1).send(); // alone each has room
      }
    }
  }
}
