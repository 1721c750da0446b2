package io.github.cacheaside.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.codec.Serializer;
import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The recipe of {@code docs/security.md} is enough, and nothing in it is too much. */
final class AclRecipeTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final LeaseToken MINE = new LeaseToken(1, 2);
  private static final LeaseToken THEIRS = new LeaseToken(3, 4);

  private static RedisServer server;
  private static RedisURI uri;

  /** What the rights are for; fails if something does not work. */
  private interface Scenario {
    void run(RedisCacheStore store) throws Exception;
  }

  @BeforeAll
  static void start() {
    server = TestServers.newRedis();
    uri = RedisURI.create(server.uri());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> core() {
    return tests("core", List.of("core"), AclRecipeTest::everyOperation);
  }

  @TestFactory
  Stream<DynamicTest> near() {
    return tests("near", List.of("core", "near"), AclRecipeTest::whatRedisTells);
  }

  @TestFactory
  Stream<DynamicTest> hash() {
    return tests("hash", List.of("core", "hash"), AclRecipeTest::theLayoutHash);
  }

  /** With the whole recipe; then once for each command of the block, without it. */
  private static Stream<DynamicTest> tests(String block, List<String> blocks, Scenario scenario) {
    List<String> rules = AclRecipe.rules(blocks.toArray(String[]::new));
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        DynamicTest.dynamicTest(
            block + " is enough",
            () -> {
              run(rules, scenario);
              assertThat(AclRecipe.refused(uri)).isEmpty();
            }));
    for (String command : AclRecipe.commands(block)) {
      tests.add(
          DynamicTest.dynamicTest(
              block + " needs " + command,
              () -> assertNeeded(AclRecipe.without(rules, command), command, scenario)));
    }
    return tests.stream();
  }

  private static void run(List<String> rules, Scenario scenario) throws Exception {
    AclRecipe.grant(uri, rules);
    try (RedisCacheStore store = RedisCacheStore.connect(AclRecipe.as(uri))) {
      scenario.run(store);
    }
  }

  private static void assertNeeded(List<String> rules, String command, Scenario scenario) {
    Throwable failure = catchThrowable(() -> run(rules, scenario));
    if (!command.equals("+script|load")) { // without it, each script's first run takes longer
      assertThat(failure).isNotNull();
    }
    String name = command.substring(1).replaceAll("\\|.*", "");
    assertThat(AclRecipe.refused(uri))
        .as("refused, after %s", failure)
        .isNotEmpty()
        .allSatisfy(refused -> assertThat(refused).startsWith(name));
  }

  private static void everyOperation(RedisCacheStore store) throws Exception {
    assertThat(now(store.ping())).isEqualTo("PONG");
    assertThat(now(store.risks())).isNotNull(); // fails unless it may ask for them
    leases(store, "shop/planet:leases");
    marks(store, "shop/planet:marks");
    generations(store, "shop/planet#tag" + System.nanoTime());
    AclRecipe.scriptFlush(uri);
    leases(store, "shop/planet:again");
    cache(store);
    plain(store);
  }

  private static void leases(RedisCacheStore store, String key) {
    now(store.drop(key));
    assertThat(now(store.lookup(key))).isEqualTo(Lookup.MISSING);
    assertThat(now(store.lease(key, MINE, LONG))).isEqualTo(Lookup.GRANTED);
    assertThat(now(store.lease(key, THEIRS, LONG))).isEqualTo(Lookup.LOADING);
    assertThat(now(store.renew(key, MINE, LONG))).isTrue();
    assertThat(now(store.fill(key, MINE, value(), LONG))).isTrue();
    assertThat(now(store.lease(key, THEIRS, LONG))).isInstanceOf(Lookup.Hit.class);
    assertThat(now(store.put(key, value(), LONG))).isTrue();
    List<CompletionStage<Lookup>> both = store.lookupAll(List.of(key, key));
    both.forEach(hit -> assertThat(now(hit)).isInstanceOf(Lookup.Hit.class));
    StoredValue.Timing age = StoredValue.Timing.of(0, 0);
    assertThat(now(store.put(key, value().timed(age), LONG))).isTrue();
    assertThat(now(store.refresh(key, MINE, LONG, age, LONG))).isInstanceOf(Lookup.Hit.class);
    assertThat(now(store.touch(key, age, LONG))).isFalse();
    assertThat(store.millis()).isPositive();
    assertThat(now(store.soften(key, LONG))).isTrue();
    assertThat(now(store.lease(key, MINE, LONG))).isEqualTo(Lookup.GRANTED);
    assertThat(now(store.renew(key, MINE, LONG))).isTrue();
    assertThat(now(store.abandon(key, MINE))).isTrue();
    assertThat(now(store.drop(key))).isTrue();
  }

  private static void marks(RedisCacheStore store, String key) {
    assertThat(now(store.intent(key, MINE, LONG))).isTrue();
    assertThat(now(store.intent(key, THEIRS, LONG))).isTrue();
    assertThat(now(store.drop(key))).isFalse();
    assertThat(now(store.put(key, value(), LONG))).isFalse();
    assertThat(now(store.lookup(key))).isEqualTo(Lookup.WRITING);
    assertThat(now(store.release(key, MINE))).isTrue();
    assertThat(now(store.release(key, THEIRS))).isTrue();
    assertThat(now(store.lookup(key))).isEqualTo(Lookup.MISSING);
  }

  private static void generations(RedisCacheStore store, String key) {
    assertThat(now(store.generationOr(key, MINE))).isEqualTo(MINE);
    assertThat(now(store.generationOr(key, THEIRS))).isEqualTo(MINE);
    assertThat(now(store.newGeneration(key, THEIRS))).isTrue();
    assertThat(now(store.generation(key))).contains(THEIRS);
  }

  private static void cache(RedisCacheStore store) throws Exception {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "planet", Serializer.utf8())
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .clearable()
            .tagsOfKey(key -> java.util.Set.of("tag"))
            .build(key -> "v" + key);
    List<Integer> keys = List.of(1, 2, 3);
    for (int round = 0; round < 2; round++) {
      cache.invalidateAll(keys);
      assertThat(cache.get(1)).contains("v1");
      await().until(() -> cache.read(1).outcome() == Outcome.HIT);
      assertThat(cache.getAll(keys)).hasSize(3);
      cache.put(2, "v2");
      cache.softInvalidate(1, LONG);
      assertThat(cache.get(1)).contains("v1");
      cache.write(List.of(3), () -> {});
      cache.invalidateTag("tag");
      assertThat(cache.read(2).outcome()).isEqualTo(Outcome.LOADED);
      cache.clear();
    }
    assertThat(cache.stats().storeFailures()).isZero();
  }

  private static void plain(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store.plain(), "plain", Serializer.utf8())
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .build(key -> "v" + key);
    cache.invalidate(1);
    assertThat(cache.get(1)).contains("v1");
    await().until(() -> cache.read(1).outcome() == Outcome.HIT);
    assertThat(cache.stats().storeFailures()).isZero();
  }

  private static void theLayoutHash(RedisCacheStore store) {
    record Moon(String name) {}
    CacheAside<Integer, Moon> cache =
        CacheAside.builder(store.hash(), "hash", Serializer.fields(Moon.class))
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .build(key -> new Moon("v" + key));
    cache.invalidate(1);
    cache.put(1, new Moon("Io"));
    assertThat(cache.read(1).outcome()).isEqualTo(Outcome.HIT);
    assertThat(cache.stats().storeFailures()).isZero();
  }

  private static void whatRedisTells(RedisCacheStore store) {
    CacheAside<Integer, String> cache =
        CacheAside.builder(store, "near", Serializer.utf8())
            .namespace("shop")
            .storeTimeout(Duration.ofSeconds(5))
            .nearCache(10)
            .build(key -> "v" + key);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> cache.read(1).outcome() == Outcome.NEAR && store.watch("shop/x").isPresent());
    now(store.lease("shop/near:lease", MINE, LONG));
    CompletionStage<Void> ended = store.watch("shop/near:lease").orElseThrow();
    now(store.drop("shop/near:lease"));
    now(ended);
  }

  @TestFactory
  Stream<DynamicTest> database() {
    return tests(
        "database",
        List.of("core", "database"),
        store -> {
          RedisURI second = AclRecipe.as(uri);
          second.setDatabase(1);
          try (RedisCacheStore other = RedisCacheStore.connect(second)) {
            now(other.ping());
          }
        });
  }

  @Test
  void theLayoutPlain_tagsAndClear_needNothingMore() throws Exception {
    run(
        AclRecipe.rules("core"),
        store -> {
          cache(store);
          plain(store);
        });
    assertThat(AclRecipe.refused(uri)).isEmpty();
  }

  @Test
  void otherKeysAreOutOfReach() {
    AclRecipe.grant(uri, AclRecipe.rules("core"));
    try (RedisCacheStore store = RedisCacheStore.connect(AclRecipe.as(uri))) {
      assertThatThrownBy(() -> now(store.lookup("bank/account:1"))).hasMessageContaining("NOPERM");
      assertThatThrownBy(() -> now(store.drop("bank/account:1"))).hasMessageContaining("NOPERM");
    }
  }

  @Test
  void aScriptThatMayNotLook_changesNothing() {
    String key = "shop/planet:marked";
    AclRecipe.grant(uri, AclRecipe.rules("core"));
    try (RedisCacheStore store = RedisCacheStore.connect(AclRecipe.as(uri))) {
      now(store.intent(key, MINE, LONG));
    }
    AclRecipe.grant(uri, AclRecipe.without(AclRecipe.rules("core"), "+getrange"));
    try (RedisCacheStore store = RedisCacheStore.connect(AclRecipe.as(uri))) {
      assertThatThrownBy(() -> now(store.lease(key, THEIRS, LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.fill(key, THEIRS, value(), LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.renew(key, THEIRS, LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.abandon(key, THEIRS))).isNotNull();
      assertThatThrownBy(() -> now(store.put(key, value(), LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.drop(key))).isNotNull();
      assertThatThrownBy(() -> now(store.soften(key, LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.intent(key, THEIRS, LONG))).isNotNull();
      assertThatThrownBy(() -> now(store.release(key, THEIRS))).isNotNull();
      assertThat(now(store.lookup(key))).isEqualTo(Lookup.WRITING);
    }
  }

  private static StoredValue value() {
    return StoredValue.of(new byte[] {7});
  }

  private static <T> T now(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }
}
