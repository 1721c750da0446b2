package io.github.cacheaside;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.redis.RedisCacheStore;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * How many commands a read sends, counted by Redis itself. Commands inside a script are counted
 * too; only GET and EVALSHA come from us, and the GET of a script runs only where a value is found.
 */
final class RoundTripsTest {
  /** Shorter than an asynchronous read waits for the replies to others. */
  private static final long WAIT_FOR_REPLIES_NANOS = 15_000_000;

  private static final Pattern CALLS = Pattern.compile("cmdstat_(\\w+):calls=(\\d+)");

  private final RedisServer server = TestServers.newRedis();
  private final RedisCacheStore store = RedisCacheStore.connect(server.uri());
  private final RedisClient client = RedisClient.create(server.uri());
  private final StatefulRedisConnection<String, String> raw = client.connect();
  private final PlanetTable table = new PlanetTable("Mercury", "Venus", "Earth");
  private final CacheAside<Long, Planet> cache =
      CacheAside.builder(store, "planet", Serializer.json(Planet.class))
          .storeTimeout(Duration.ofSeconds(5))
          .build(table);

  @BeforeEach
  void warmUp() {
    cache.get(1L);
    store.ping().toCompletableFuture().join(); // the fill has been answered
    raw.sync().configResetstat();
  }

  @AfterEach
  void close() {
    client.shutdown();
    store.close();
    server.close();
  }

  private Map<String, Integer> sent() {
    store.ping().toCompletableFuture().join();
    Map<String, Integer> calls = new TreeMap<>();
    Matcher line = CALLS.matcher(raw.sync().info("commandstats"));
    while (line.find()) {
      if (List.of("get", "mget", "evalsha", "eval", "unlink").contains(line.group(1))) {
        calls.put(line.group(1), Integer.valueOf(line.group(2)));
      }
    }
    return calls;
  }

  @Test
  void aHitIsOneGet() {
    assertThat(cache.read(1L).outcome()).isEqualTo(Outcome.HIT);
    assertThat(sent()).isEqualTo(Map.of("get", 1));
  }

  @Test
  void aMissIsThree_andTheThirdIsNotWaitedFor() {
    assertThat(cache.read(2L).outcome()).isEqualTo(Outcome.LOADED);
    assertThat(sent()).isEqualTo(Map.of("get", 1, "evalsha", 2));
  }

  @Test
  void aBulkReadSendsOneMget_andAllLeasesBeforeTheFirstReply() {
    List<Long> ids = LongStream.rangeClosed(1, 100).boxed().toList();
    ids.forEach(id -> table.set(id, "p" + id));
    cache.getAll(ids);
    assertThat(sent()).isEqualTo(Map.of("mget", 1, "evalsha", 198));
  }

  @Test
  void aBulkReadOfColdKeys_absentRowsIncluded_isOneLookupAndOneLoad_andThenOneLookup() {
    List<Long> ids = LongStream.rangeClosed(2, 101).boxed().toList(); // Venus and Earth are there
    CacheAside<Long, Planet> remembering =
        CacheAside.builder(store, "planet", Serializer.json(Planet.class))
            .storeTimeout(Duration.ofSeconds(5))
            .absentTtl(Duration.ofMinutes(1))
            .build(table);
    assertThat(remembering.getAll(ids)).hasSize(2);
    assertThat(sent()).containsOnly(Map.entry("mget", 1), Map.entry("evalsha", 200));
    assertThat(table.bulkLoads).hasValue(1);

    assertThat(remembering.getAll(ids)).hasSize(2);
    assertThat(sent()).containsOnly(Map.entry("mget", 2), Map.entry("evalsha", 200));
    assertThat(table.bulkLoads).hasValue(1);
  }

  @Test
  void warmingSendsNoMore() {
    List<Long> ids = LongStream.rangeClosed(2, 101).boxed().toList();
    ids.forEach(id -> table.set(id, "p" + id));
    assertThat(cache.warm(ids).loaded()).isEqualTo(100);
    assertThat(sent()).containsOnly(Map.entry("mget", 1), Map.entry("evalsha", 200));
    assertThat(cache.warm(ids).hits()).isEqualTo(100);
    assertThat(sent()).containsOnly(Map.entry("mget", 2), Map.entry("evalsha", 200));
  }

  @Test
  void readsThatComeWhileRepliesAreAwaited_leaveTogether() {
    Map<String, Integer> sent;
    long took;
    do { // again if they came so slowly that some were sent without a reply
      raw.sync().configResetstat();
      server.pause();
      long began = System.nanoTime();
      List<CompletableFuture<Read<Planet>>> reads = new ArrayList<>();
      for (int i = 0; i < 102; i++) {
        reads.add(cache.async().read(1L));
      }
      took = System.nanoTime() - began;
      server.resume();
      for (CompletableFuture<Read<Planet>> read : reads) {
        assertThat(read.join().outcome()).isEqualTo(Outcome.HIT);
      }
      sent = sent();
    } while (took > WAIT_FOR_REPLIES_NANOS);
    assertThat(sent).isEqualTo(Map.of("get", 6, "mget", 1));
  }

  @Test
  void removalsThatAreUnderWayTogether_shareWrites() {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 50 && least >= 60; round++) { // a busy machine sends some alone
      long before = readsOfSockets();
      List<CompletableFuture<Boolean>> drops = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        drops.add(store.drop("planet:" + i).toCompletableFuture());
      }
      drops.forEach(CompletableFuture::join);
      least = Math.min(least, readsOfSockets() - before);
    }
    assertThat(least).isLessThan(60); // each alone: 100 to 400, always
  }

  /** How often Redis has read from a connection. */
  private long readsOfSockets() {
    return raw.sync()
        .info("stats")
        .lines()
        .filter(line -> line.startsWith("total_reads_processed:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).trim()))
        .sum();
  }

  @Test
  void readsThatLeaveTogether_shareNoTrouble() throws Exception {
    raw.sync().hset("planet:2", "id", "2");
    server.pause();
    List<CompletableFuture<Read<Planet>>> reads = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      reads.add(cache.async().read(i % 3 + 1L));
    }
    server.resume();

    for (int i = 0; i < 300; i++) {
      assertThat(reads.get(i).join().value()).isEqualTo(table.load(i % 3 + 1L));
    }
    assertThat(cache.stats().storeFailures()).isZero();
  }

  @Test
  void readsThatWaitWhenTheConnectionIsLost_areAnswered() {
    server.pause();
    List<CompletableFuture<Read<Planet>>> reads = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      reads.add(cache.async().read(1L));
    }
    server.kill();

    for (CompletableFuture<Read<Planet>> read : reads) {
      assertThat(read.join().value()).isEqualTo(new Planet(1, "Mercury"));
    }
    assertThat(cache.async().read(1L).join().outcome()).isEqualTo(Outcome.BYPASSED);
  }

  @Test
  void anInvalidationIsOne() {
    cache.invalidate(1L);
    assertThat(sent()).isEqualTo(Map.of("evalsha", 1, "unlink", 1));
  }
}
