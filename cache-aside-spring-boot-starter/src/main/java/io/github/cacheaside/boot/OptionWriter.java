package io.github.cacheaside.boot;

import io.github.cacheaside.CacheAsideBuilder;
import io.github.cacheaside.Expiry;
import io.github.cacheaside.Ttl;
import io.github.cacheaside.codec.Compression;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells a cache's builder what the properties say, and a person what is wrong with them. */
final class OptionWriter {
  private static final double JITTER = 0.1;
  private static final Duration TTL = Duration.ofMinutes(10);

  private final String name;
  private final CacheAsideProperties properties;
  private final CacheAsideBuilder<Object, Object> builder;

  OptionWriter(
      String name, CacheAsideProperties properties, CacheAsideBuilder<Object, Object> builder) {
    this.name = name;
    this.properties = properties;
    this.builder = builder;
  }

  void write() {
    CacheOptions all = properties.of(name);
    builder.unfencedWrites(properties.writesWithoutRedis().policy);
    ttl(all);
    if (!Boolean.FALSE.equals(all.cacheNull())) {
      set("absent-ttl", all.absentTtl(), builder::absentTtl);
    }
    set("key-prefix", all.keyPrefix(), builder::keyPrefix);
    set("key-version", all.keyVersion(), builder::keyVersion);
    set("schema-version", all.schemaVersion(), builder::schemaVersion);
    set("max-payload", all.maxPayload(), size -> builder.maxPayload(bytes(size.toBytes())));
    compression(all);
    set("store-timeout", all.storeTimeout(), builder::storeTimeout);
    set("load-timeout", all.loadTimeout(), builder::loadTimeout);
    set("lease-time", all.leaseTime(), builder::leaseTime);
    set("max-wait", all.maxWait(), builder::maxWait);
    set("hold-off", all.holdOff(), builder::holdOff);
    near(all.near());
    expiry(all.expiry());
  }

  private static int bytes(long size) {
    return (int) Math.max(-1, Math.min(size, Integer.MAX_VALUE)); // refused if it is so many
  }

  private void ttl(CacheOptions all) {
    if (all.ttl() == null && all.jitter() == null) {
      return;
    }
    Duration ttl = all.ttl() == null ? TTL : all.ttl();
    double jitter = all.jitter() == null ? JITTER : all.jitter();
    set("ttl", ttl, builder::ttl);
    if (jitter != 0) {
      set("jitter", jitter, part -> builder.ttl(Ttl.fixed(ttl).jittered(part)));
    }
  }

  private void compression(CacheOptions all) {
    set(
        "compression",
        all.compression(),
        codec -> {
          if (codec != CacheOptions.Codec.NONE) {
            compress(codec == CacheOptions.Codec.ZSTD ? Compression.zstd() : Compression.lz4());
          }
        });
  }

  private void compress(Compression how) {
    builder.compression(how);
    set(
        "compress-from",
        properties.of(name).compressFrom(),
        size -> builder.compression(how.from(bytes(size.toBytes()))));
  }

  private void near(CacheOptions.Near near) {
    if (near.size() != null && near.size() == 0) {
      return;
    }
    set("near.size", near.size(), builder::nearCache);
    if (near.size() != null) {
      set("near.ttl", near.ttl(), builder::nearTtl);
      set("near.max-lag", near.maxLag(), builder::nearMaxLag);
    } else if (near.ttl() != null || near.maxLag() != null) {
      throw refused("near", near, "near.ttl and near.max-lag need near.size", null);
    }
  }

  private void expiry(CacheOptions.Expiring expiry) {
    if (expiry.equals(new CacheOptions.Expiring(null, null, null, null, null, null))) {
      return;
    }
    if (expiry.sliding() != null && expiry.soft() != null) {
      throw refused("expiry", expiry, "expiry.sliding and expiry.soft exclude one another", null);
    }
    Expiry[] policy = {Expiry.hard()};
    set("expiry.sliding", expiry.sliding(), idle -> policy[0] = Expiry.sliding(idle));
    set("expiry.soft", expiry.soft(), soft -> policy[0] = Expiry.soft(soft));
    if (Boolean.TRUE.equals(expiry.staleWhileRevalidate())) {
      policy[0] = policy[0].staleWhileRevalidate();
    }
    set("expiry.fail-safe", expiry.failSafe(), time -> policy[0] = policy[0].failSafe(time));
    set("expiry.eager", expiry.eager(), part -> policy[0] = policy[0].eager(part));
    set(
        "expiry.probabilistic",
        expiry.probabilistic(),
        beta -> policy[0] = policy[0].probabilistic(beta));
    builder.expiry(policy[0]);
  }

  private <T> void set(String option, @Nullable T value, Consumer<? super T> setter) {
    if (value == null) {
      return;
    }
    try {
      setter.accept(value);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw refused(option, value, String.valueOf(e.getMessage()), e);
    }
  }

  private InvalidCacheException refused(
      String option, Object value, String reason, @Nullable Exception cause) {
    String property =
        (properties.caches().containsKey(name)
                ? "cache-aside.caches." + name
                : "cache-aside.defaults")
            + "."
            + option;
    return new InvalidCacheException(
        "cache \"" + name + "\": " + property + " = " + value + " is refused: " + reason,
        "Change " + property + ", or remove it.",
        cause);
  }
}
