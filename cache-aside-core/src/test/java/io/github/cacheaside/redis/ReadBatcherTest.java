package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.AsyncCommand;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Reads on their way to a node that answers when it is told to. */
final class ReadBatcherTest {
  private static final long NEAR_NANOS = ReadBatcher.FAR_NANOS / 2;

  private final AtomicInteger sent = new AtomicInteger();
  private final List<AsyncCommand<byte[], byte[], ?>> underWay = new ArrayList<>();
  private long now;
  private final ReadBatcher batcher =
      new ReadBatcher(this::silent, GetCommand.MOST_KEYS, () -> now);

  /** Takes commands, and that is all; a real one can't be made to count them. */
  @SuppressWarnings("unchecked")
  private StatefulConnection<byte[], byte[]> silent() {
    return (StatefulConnection<byte[], byte[]>)
        Proxy.newProxyInstance(
            ReadBatcherTest.class.getClassLoader(),
            new Class<?>[] {StatefulConnection.class},
            (proxy, method, arguments) -> {
              sent.incrementAndGet();
              underWay.add((AsyncCommand<byte[], byte[], ?>) arguments[0]);
              return arguments[0];
            });
  }

  private void add() {
    batcher.add(asynchronous());
  }

  @Test
  void thoseThatComeNext_waitForAReply_butNotForEver() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    assertThat(before).isBetween(2, 6);
    add();
    assertThat(sent.get()).as("it waits").isEqualTo(before);
    now += TimeUnit.SECONDS.toNanos(1);
    add();
    assertThat(sent.get()).isGreaterThan(before);
  }

  @Test
  void nobodySleepsWithAReadThatWasNotSent_andWhatElseWaits_leavesWithIt() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    add();
    PendingGet mine = asynchronous();
    batcher.add(mine);
    assertThat(sent.get()).as("they wait").isEqualTo(before);

    assertThatThrownBy(() -> mine.get(1, TimeUnit.NANOSECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent.get()).as("they have left, in one command").isEqualTo(before + 1);
  }

  @Test
  void norDoesWhoWaitsForWhatBecomesOfTheAnswer() {
    for (int i = 0; i < 6; i++) {
      add();
    }
    int before = sent.get();
    PendingGet mine = asynchronous();
    batcher.add(mine);
    assertThatThrownBy(() -> mine.thenApply(any -> any).copy().get(1, TimeUnit.NANOSECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent.get()).isEqualTo(before + 1);
  }

  /** A reply that comes while its caller lets others run. */
  private static final class ReplyAtTheSecondLook extends CompletableFuture<Lookup> {
    private int looks;

    @Override
    public boolean isDone() {
      return ++looks > 1;
    }
  }

  private int sentBeforeSleepAmong(int reads) {
    ReadBatcher node = batcherOf(1, NEAR_NANOS);
    for (int i = 0; i < reads; i++) {
      node.add(asynchronous());
      node.flush();
    }
    node.add(asynchronous());
    int before = sent.get();
    node.beforeSleep(new ReplyAtTheSecondLook());
    return sent.get() - before;
  }

  @Test
  void inACrowd_aCallerLetsOthersRunBeforeItSleeps() {
    assertThat(sentBeforeSleepAmong(ReadBatcher.CROWD)).as("it need not sleep").isZero();
    assertThat(sentBeforeSleepAmong(ReadBatcher.CROWD - 1)).as("no crowd").isEqualTo(1);
  }

  /** A batcher whose node has answered so many reads, one by one, each in this time. */
  private ReadBatcher batcherOf(int answers, long nanos) {
    ReadBatcher timed = new ReadBatcher(this::silent, GetCommand.MOST_KEYS, () -> now);
    for (int i = 0; i < answers; i++) {
      answer(timed, nanos);
    }
    return timed;
  }

  private void answer(ReadBatcher timed, long nanos) {
    underWay.clear();
    timed.add(asynchronous());
    now += nanos;
    underWay.get(0).complete();
  }

  private int sentOf(ReadBatcher timed, int reads, Supplier<PendingGet> read) {
    int before = sent.get();
    for (int i = 0; i < reads; i++) {
      timed.add(read.get());
    }
    return sent.get() - before;
  }

  private static PendingGet asynchronous() {
    return new PendingGet(Wire.utf8("key"), value -> Lookup.MISSING);
  }

  private static PendingGet blocking() {
    return new PendingGet(
        Wire.utf8("key"), value -> Lookup.MISSING, () -> new CompletableFuture<Lookup>());
  }

  @Test
  void toANodeFarAway_readsThatNobodySleepsFor_areSentAtOnce_upToABound() {
    assertThat(
            sentOf(batcherOf(100, 2 * ReadBatcher.FAR_NANOS), 100, ReadBatcherTest::asynchronous))
        .isEqualTo(ReadBatcher.ENOUGH_FAR);
  }

  @Test
  void toANearNode_theyWaitForEachOther() {
    assertThat(sentOf(batcherOf(1, NEAR_NANOS), 100, ReadBatcherTest::asynchronous))
        .isEqualTo(ReadBatcher.ENOUGH_READS);
    assertThat(sentOf(batcherOf(0, 0), 100, ReadBatcherTest::asynchronous))
        .as("nothing is known of it")
        .isEqualTo(ReadBatcher.ENOUGH_READS);
  }

  @Test
  void readsThatACallerSleepsFor_waitAlsoFarAway_forHeSendsThem() {
    assertThat(sentOf(batcherOf(100, 2 * ReadBatcher.FAR_NANOS), 100, ReadBatcherTest::blocking))
        .isEqualTo(ReadBatcher.ENOUGH_READS);
  }

  @Test
  void aSlowReply_makesNoNodeFar_butManyDo_andOneFastReplyMakesItNear() {
    assertThat(isFar(batcherOf(1, 1_000 * ReadBatcher.FAR_NANOS)))
        .as("the first reply is slow")
        .isFalse();
    assertThat(isFar(batcherOf(12, 1_000 * ReadBatcher.FAR_NANOS))).as("a dozen are").isTrue();
    assertThat(farAfter(NEAR_NANOS, 1, 1_000 * ReadBatcher.FAR_NANOS)).isFalse();
    assertThat(farAfter(NEAR_NANOS, 10, 1_000 * ReadBatcher.FAR_NANOS)).isFalse();
    assertThat(farAfter(NEAR_NANOS, 1_000, 2 * ReadBatcher.FAR_NANOS)).isTrue();
    assertThat(farAfter(2 * ReadBatcher.FAR_NANOS, 1, NEAR_NANOS)).isFalse();
  }

  private boolean farAfter(long before, int answers, long since) {
    return isFar(moved(before, answers, since));
  }

  private boolean isFar(ReadBatcher timed) {
    int sentAtOnce = sentOf(timed, 100, ReadBatcherTest::asynchronous);
    assertThat(sentAtOnce).isIn(ReadBatcher.ENOUGH_READS, ReadBatcher.ENOUGH_FAR);
    return sentAtOnce == ReadBatcher.ENOUGH_FAR;
  }

  private ReadBatcher moved(long before, int answers, long since) {
    ReadBatcher timed = batcherOf(100, before);
    for (int i = 0; i < answers; i++) {
      answer(timed, since);
    }
    return timed;
  }

  /** They have queued, in the client and in Redis. */
  @Test
  void repliesToReadsThatWereNotAlone_tellNothing() {
    ReadBatcher timed = batcherOf(1, NEAR_NANOS);
    timed.add(asynchronous()); // never answered
    for (int i = 0; i < 1_000; i++) {
      answer(timed, 2 * ReadBatcher.FAR_NANOS);
    }
    assertThat(sentOf(timed, 100, ReadBatcherTest::asynchronous))
        .isEqualTo(ReadBatcher.ENOUGH_READS - 1);
  }

  private static PendingGet ofValue() {
    return new PendingGet(
        Wire.utf8("key"),
        value -> value == null ? Lookup.MISSING : new Lookup.Hit(StoredValue.of(value)));
  }

  private static String payload(PendingGet get) {
    return new String(((Lookup.Hit) get.join()).value().payload(), StandardCharsets.UTF_8);
  }

  /** A mark or a value that is there, and is held for missing, would be a promise broken. */
  @Test
  void whatFindsNoRoomInAReply_isAskedForAgain_eachAlone() {
    List<PendingGet> gets = List.of(ofValue(), ofValue(), ofValue(), ofValue());
    for (int i = 1; i < gets.size(); i++) {
      gets.get(i - 1).next = gets.get(i);
    }
    batcher.addAll(gets.get(0));
    reply(0, "value", ReplyLimitTest.TOO_MUCH, null, ReplyLimitTest.TOO_MUCH);
    assertThat(payload(gets.get(0))).isEqualTo("value");
    assertThat(gets.get(2)).isCompletedWithValue(Lookup.MISSING);
    assertThat(List.of(gets.get(1), gets.get(3))).noneMatch(PendingGet::isDone);
    assertThat(sent.get()).isEqualTo(3);
    reply(1, "late");
    reply(2, "late");
    assertThat(payload(gets.get(1))).isEqualTo("late");
    assertThat(payload(gets.get(3))).isEqualTo("late");
  }

  /** Its caller waits no longer than 100 ms, and the rest of 400 MB takes longer. */
  @Test
  void whatIsTooLarge_isToldBeforeItsReplyIsComplete_andWhatIsLostWithIt_fails() {
    PendingGet first =
        new PendingGet(
            Wire.utf8("key"),
            value -> ReplyLimit.isTooLarge(value) ? Lookup.UNDECODABLE : Lookup.MISSING);
    PendingGet second = ofValue();
    first.next = second;
    batcher.addAll(first);
    AsyncCommand<byte[], byte[], ?> command = underWay.get(0);
    command.getOutput().set(ByteBuffer.wrap(Wire.utf8(ReplyLimitTest.TOO_LARGE)));
    assertThat(first).isCompletedWithValue(Lookup.UNDECODABLE);
    reply(0, ReplyLimitTest.LOST);
    assertThat(second).isCompletedExceptionally();
    assertThat(sent.get()).as("not asked for again").isEqualTo(1);
  }

  private void reply(int toCommand, @Nullable String... values) {
    AsyncCommand<byte[], byte[], ?> command = underWay.get(toCommand);
    for (String value : values) {
      command.getOutput().set(value == null ? null : ByteBuffer.wrap(Wire.utf8(value)));
    }
    command.complete();
  }
}
