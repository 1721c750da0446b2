package io.github.cacheaside.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.cacheaside.spi.Lookup;
import io.github.cacheaside.spi.StoredValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** A Redis hash: {@code HGETALL}; written with its TTL in one step. */
final class HashLayout extends TtlOnlyLayout {
  private static final ObjectMapper JSON = new ObjectMapper();

  HashLayout(RedisOperations redis) {
    super(redis);
  }

  @Override
  public CompletionStage<Lookup> lookup(String key) {
    return redis
        .call(commands -> commands.hgetall(Wire.utf8(key)))
        .thenApply(HashLayout::read)
        .exceptionally(Failures::undecodableIfWrongType);
  }

  private static Lookup read(Map<byte[], byte[]> fields) {
    if (fields.isEmpty()) {
      return Lookup.MISSING;
    }
    for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
      if (isMissing(field.getKey()) || isMissing(field.getValue())) {
        return Lookup.UNDECODABLE;
      }
    }
    ObjectNode object = JSON.createObjectNode();
    fields.forEach((name, value) -> object.put(text(name), text(value)));
    try {
      return new Lookup.Hit(StoredValue.of(JSON.writeValueAsBytes(object)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMissing(byte[] bytes) {
    return ReplyLimit.isTooLarge(bytes) || ReplyLimit.isTooMuch(bytes);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public CompletionStage<Boolean> put(String key, StoredValue value, Duration ttl) {
    List<byte[]> args = new ArrayList<>();
    args.add(Wire.millis(ttl));
    for (Map.Entry<String, JsonNode> field : object(value).properties()) {
      JsonNode node = field.getValue();
      if (!node.isNull()) {
        args.add(Wire.utf8(field.getKey()));
        args.add(Wire.utf8(node.isTextual() ? node.textValue() : node.toString()));
      }
    }
    return redis.flag(Script.HASH, key, args.toArray(byte[][]::new));
  }

  private static JsonNode object(StoredValue value) {
    try {
      JsonNode tree = JSON.readTree(value.payload());
      if (tree.isObject() && !tree.isEmpty()) {
        return tree;
      }
    } catch (IOException notJson) {
      // told below, without the payload that its message quotes
    }
    throw new IllegalArgumentException(
        "the hash layout needs a JSON object with at least one member; use Serializer.fields");
  }
}
