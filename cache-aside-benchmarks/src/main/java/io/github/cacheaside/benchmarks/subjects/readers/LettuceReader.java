package io.github.cacheaside.benchmarks.subjects.readers;

import com.fasterxml.jackson.databind.ObjectReader;
import io.github.cacheaside.benchmarks.servers.Row;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The floor: a client and a codec, without any cache around them. */
final class LettuceReader implements Reader {
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final AbstractRedisClient client;
  private final RedisClusterCommands<String, byte[]> redis;
  private final RedisClusterAsyncCommands<String, byte[]> async;
  private final ObjectReader reader = Readers.JSON.readerFor(Row.class);

  LettuceReader(String uri, Data data) throws Exception {
    if (uri.startsWith(CLUSTER)) {
      RedisClusterClient cluster = RedisClusterClient.create(nodes(uri));
      StatefulRedisClusterConnection<String, byte[]> connection = cluster.connect(CODEC);
      this.client = cluster;
      this.redis = connection.sync();
      this.async = connection.async();
    } else {
      RedisClient single = RedisClient.create(uri);
      StatefulRedisConnection<String, byte[]> connection = single.connect(CODEC);
      this.client = single;
      this.redis = connection.sync();
      this.async = connection.async();
    }
    fill(async, data);
  }

  private static List<RedisURI> nodes(String uri) {
    return Stream.of(uri.substring(CLUSTER.length()).split(","))
        .map(node -> RedisURI.create("redis://" + node))
        .toList();
  }

  private static void fill(RedisClusterAsyncCommands<String, byte[]> redis, Data data)
      throws Exception {
    for (List<Long> some : data.chunks()) {
      List<RedisFuture<String>> sent = new ArrayList<>(some.size());
      for (long key : some) {
        sent.add(redis.set(name(key), Readers.JSON.writeValueAsBytes(data.row(key))));
      }
      for (RedisFuture<String> each : sent) {
        String unused = each.get();
      }
    }
  }

  private static String name(long key) {
    return "lettuce:" + key;
  }

  @Override
  public Row read(long key) throws IOException {
    return reader.readValue(redis.get(name(key)));
  }

  @Override
  public CompletionStage<Row> readAsync(long key) {
    return async.get(name(key)).thenApply(this::decode);
  }

  private Row decode(byte[] value) {
    try {
      return reader.readValue(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Collection<Row> readAll(List<Long> keys) throws IOException {
    List<Row> rows = new ArrayList<>(keys.size());
    for (var entry : redis.mget(keys.stream().map(LettuceReader::name).toArray(String[]::new))) {
      rows.add(reader.readValue(entry.getValue()));
    }
    return rows;
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
  }
}
