package io.github.cacheaside.benchmarks.experiments.spring;

import io.github.cacheaside.benchmarks.load.CallTally;
import io.github.cacheaside.benchmarks.load.Stalls;
import io.github.cacheaside.benchmarks.servers.Database;
import io.github.cacheaside.benchmarks.servers.MemoryDatabase;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.subjects.annotated.AnnotatedSubject;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Readers of one JVM while Redis is well, frozen, well, killed, and back. The database answers at
 * once, so what a read takes is what the cache takes, and the machine.
 */
final class RedisAway {
  private static final int KEYS = 200;
  private static final int READERS = 4;
  private static final int WARM = 5_000;

  private final String subject;
  private final Duration part;
  private final CallTally tally = new CallTally();
  private volatile boolean measuring;
  private volatile boolean over;

  RedisAway(String subject, Duration part) {
    this.subject = subject;
    this.part = part;
  }

  CallTally run() throws Exception {
    Database database = new MemoryDatabase(KEYS);
    try (RedisServer redis = TestServers.newRedis();
        Subject cache = AnnotatedSubject.open(subject, environment(redis, database))) {
      for (int i = 0; i < WARM; i++) {
        long unused = cache.get(i % KEYS);
      }
      List<Thread> readers = start(cache);
      measuring = true;
      pass();
      redis.pause();
      pass();
      redis.resume();
      pass();
      redis.kill();
      pass();
      redis.restart();
      pass();
      over = true;
      for (Thread reader : readers) {
        reader.join();
      }
    }
    return tally;
  }

  private static Subject.Environment environment(RedisServer redis, Database database) {
    return new Subject.Environment(
        redis.uri(),
        database,
        () -> Duration.ofMinutes(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        new Writes(database, 0, what -> {}));
  }

  private void pass() {
    Stalls.sleepMillis(part.toMillis());
  }

  private List<Thread> start(Subject cache) {
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      SplittableRandom dice = new SplittableRandom(i);
      Thread reader = new Thread(() -> read(cache, dice), "reader-" + i);
      reader.setDaemon(true);
      reader.start();
      readers.add(reader);
    }
    return readers;
  }

  private void read(Subject cache, SplittableRandom dice) {
    while (!over) {
      long began = System.nanoTime();
      try {
        long unused = cache.get(dice.nextInt(KEYS));
        tally.reads.increment();
      } catch (Exception e) {
        tally.readErrors.increment();
      }
      if (measuring) {
        tally.longestRead.accumulate(System.nanoTime() - began);
      }
      Stalls.sleepMicros(500);
    }
  }
}
