package io.github.cacheaside.redis;

import io.github.cacheaside.spi.LeaseToken;
import io.github.cacheaside.spi.Lookup;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Single commands and scripts over a connection. */
final class RedisOperations {
  private final RedisConnection connection;
  private final PerNodeBatchers batchers;

  RedisOperations(RedisConnection connection) {
    this.connection = connection;
    this.batchers = new PerNodeBatchers(connection);
  }

  /**
   * Loads the scripts, on every node of a cluster, which opens the connections to them too. Never
   * fails: a Redis that does not know a script is sent it at its first use.
   *
   * @return whether Redis has answered, be it with refusals
   */
  static CompletionStage<Boolean> preload(
      RedisClusterAsyncCommands<byte[], byte[]> redis, ScheduledExecutorService timer) {
    List<CompletableFuture<Boolean>> answered =
        Arrays.stream(Script.values())
            .map(script -> redis.scriptLoad(script.source()).toCompletableFuture())
            .map(sent -> sent.handle((sha, failure) -> isAnswer(failure)))
            .toList();
    CompletableFuture<Boolean> all =
        CompletableFuture.allOf(answered.toArray(CompletableFuture<?>[]::new))
            .thenApply(done -> answered.stream().allMatch(CompletableFuture::join));
    return Late.complete(all, false, timer, Clients.CONNECT_TIMEOUT.toMillis());
  }

  private static boolean isAnswer(@Nullable Throwable failure) {
    return failure == null || Failures.unwrap(failure) instanceof RedisCommandExecutionException;
  }

  <T> CompletionStage<T> call(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    return noted(command.apply(connection.commands()));
  }

  /**
   * Reads a string. A key of another type can't be read either: it is found undecodable or, among
   * other keys, missing.
   */
  CompletionStage<Lookup> get(String key, Function<byte @Nullable [], Lookup> decoder) {
    return get(key, decoder, null);
  }

  /** The same; where nothing is, the answer is that of what is started then. */
  CompletionStage<Lookup> get(
      String key,
      Function<byte @Nullable [], Lookup> decoder,
      @Nullable Supplier<? extends CompletionStage<Lookup>> ifMissing) {
    PendingGet get = new PendingGet(Wire.utf8(key), decoder, ifMissing);
    batchers.add(get);
    return get;
  }

  /** Reads strings, in one write to each node. */
  List<CompletionStage<Lookup>> getAll(
      List<String> keys, Function<byte @Nullable [], Lookup> decoder) {
    List<PendingGet> gets = new ArrayList<>(keys.size());
    keys.forEach(key -> gets.add(new PendingGet(Wire.utf8(key), decoder)));
    batchers.addAll(gets);
    return Collections.unmodifiableList(gets);
  }

  CompletionStage<Optional<LeaseToken>> generation(String key) {
    return call(redis -> redis.get(Wire.utf8(key)))
        .thenApply(Wire::decodeGeneration)
        .exceptionally(RedisOperations::noneIfWrongType);
  }

  private static Optional<LeaseToken> noneIfWrongType(Throwable failure) {
    if (Failures.isWrongType(failure)) {
      return Optional.empty();
    }
    throw new CompletionException(Failures.unwrap(failure));
  }

  /** SET PX. */
  CompletionStage<Boolean> set(String key, byte[] value, Duration ttl) {
    return call(redis -> redis.set(Wire.utf8(key), value, SetArgs.Builder.px(ttl)))
        .thenApply("OK"::equals);
  }

  /** SET PX NX. */
  CompletionStage<Boolean> setIfAbsent(String key, byte[] value, Duration ttl) {
    return call(redis -> redis.set(Wire.utf8(key), value, SetArgs.Builder.px(ttl).nx()))
        .thenApply("OK"::equals);
  }

  /** Runs a script by its hash; a Redis that does not know it yet is sent the source. */
  <T> CompletionStage<T> run(Script script, ScriptOutputType type, String key, byte[]... args) {
    byte[][] keys = {Wire.utf8(key)};
    RedisClusterAsyncCommands<byte[], byte[]> redis = connection.commands();
    CompletableFuture<T> byHash =
        redis.<T>evalsha(script.sha(), type, keys, args).toCompletableFuture();
    return noted(
        byHash.exceptionallyCompose(
            failure ->
                Failures.unwrap(failure) instanceof RedisNoScriptException
                    ? redis.<T>eval(script.source(), type, keys, args)
                    : CompletableFuture.failedFuture(Failures.unwrap(failure))));
  }

  /** Looks at a failure before what it says is cut. */
  private <T> CompletionStage<T> noted(CompletionStage<T> answer) {
    return answer.exceptionallyCompose(
        failure -> {
          Throwable cause = Failures.unwrap(failure);
          if (Refusals.isReadOnly(cause)) {
            connection.readOnly();
          }
          return CompletableFuture.failedFuture(Failures.safe(cause));
        });
  }

  /** See {@link io.github.cacheaside.spi.CacheStore#admit}. */
  void admit(int bytes) {
    connection.admit(bytes);
  }

  /** Runs a script that answers 1 or 0. */
  CompletionStage<Boolean> flag(Script script, String key, byte[]... args) {
    return this.<Long>run(script, ScriptOutputType.INTEGER, key, args)
        .thenApply(answer -> answer == 1);
  }
}
