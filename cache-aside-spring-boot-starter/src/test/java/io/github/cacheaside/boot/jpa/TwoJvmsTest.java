package io.github.cacheaside.boot.jpa;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A web application with JPA in two JVMs, with one EntityManager a request. Two rows are written
 * every 10 ms, by one JVM and then by the other. A page is stale if its version is older than one
 * whose commit was told before the page was asked for.
 */
@Tag("long")
@Timeout(value = 12, unit = TimeUnit.MINUTES)
final class TwoJvmsTest extends HotRowsCase {
  private static final int READS = Boolean.getBoolean("cacheaside.thorough") ? 20_000 : 4_000;
  private static final int READERS = 2;
  private static final int PAUSE_MILLIS = 10;

  private final HttpClient client = HttpClient.newHttpClient();

  /** What readers have found. */
  private static final class Found {
    final AtomicInteger pages = new AtomicInteger();
    final AtomicInteger stale = new AtomicInteger();
    final AtomicLongArray committed = new AtomicLongArray(ROWS.size() + 1);
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean over;
  }

  /** The application in a JVM of its own. */
  private static final class OtherJvm implements AutoCloseable {
    private final Process process;
    private final String port;

    OtherJvm(Map<String, Object> properties) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  HotRows.Application.class.getName()));
      properties.forEach((name, value) -> command.add("--" + name + "=" + value));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      port = port(process.inputReader(StandardCharsets.UTF_8));
    }

    private String port(BufferedReader output) throws IOException {
      List<String> said = new ArrayList<>();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(HotRows.PORT)) {
          Thread reader = new Thread(() -> readOn(output));
          reader.setDaemon(true);
          reader.start();
          return line.substring(HotRows.PORT.length());
        }
        said.add(line);
      }
      throw new IOException("it has not started: " + said);
    }

    private static void readOn(BufferedReader output) {
      try {
        while (output.readLine() != null) {
          // it must not wait for a reader
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }
  }

  private HttpResponse<String> page(String port, String method, String page, long id)
      throws Exception {
    URI uri = URI.create("http://localhost:" + port + "/" + page + "/" + id);
    HttpRequest request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.noBody()).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer;
  }

  private long version(String port, long id) throws Exception {
    return Long.parseLong(page(port, "GET", "version", id).body());
  }

  private Callable<Void> reader(String port, Found found, int most, boolean untilStale) {
    return () -> {
      while (found.pages.getAndIncrement() < most && !(untilStale && found.stale.get() > 0)) {
        long id = ROWS.get(found.pages.get() % ROWS.size());
        long before = found.committed.get((int) id);
        if (version(port, id) < before) {
          found.stale.incrementAndGet();
        }
      }
      return null;
    };
  }

  private Callable<Void> writer(List<String> ports, Found found) {
    return () -> {
      while (!found.over) {
        int write = found.writes.getAndIncrement();
        String port = ports.get(write % ports.size());
        for (long id : ROWS) {
          found.committed.set((int) id, Long.parseLong(page(port, "POST", "write", id).body()));
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
      return null;
    };
  }

  private Found race(Map<String, Object> properties, int most, boolean untilStale)
      throws Exception {
    Found found = new Found();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ConfigurableApplicationContext here = start(properties);
        OtherJvm there = new OtherJvm(properties)) {
      List<String> ports =
          List.of(here.getEnvironment().getRequiredProperty("local.server.port"), there.port);
      Future<Void> writing = threads.submit(writer(ports, found));
      List<Future<Void>> reading = new ArrayList<>();
      for (int i = 0; i < READERS * ports.size(); i++) {
        reading.add(threads.submit(reader(ports.get(i % ports.size()), found, most, untilStale)));
      }
      try {
        for (Future<Void> each : reading) {
          each.get(4, TimeUnit.MINUTES);
        }
      } finally {
        found.over = true;
      }
      writing.get(1, TimeUnit.MINUTES);
    } finally {
      threads.shutdownNow();
    }
    return found;
  }

  @Test
  void noPageIsStale(RedisServer redis) throws Exception {
    Found found = race(properties(redis, Map.of()), READS, /* untilStale= */ false);
    System.out.println(
        "two JVMs: " + found.stale + " of " + READS + " pages stale, " + found.writes + " writes");
    assertThat(found.stale).hasValue(0);
    assertThat(found.writes).hasPositiveValue();
  }

  /** Spring's own cache on Redis, and ours without fences and isolated loads. */
  @ParameterizedTest
  @CsvSource({"spring.cache.type, redis", "cache-aside.transactions, ignored"})
  void twinsShowStalePages(String property, String value, RedisServer redis) throws Exception {
    Map<String, Object> more = Map.of(property, value, "spring.cache.redis.key-prefix", "twin");
    Found found = race(properties(redis, more), 1_000_000, /* untilStale= */ true);
    System.out.println(property + "=" + value + ": stale within " + found.pages + " pages");
    assertThat(found.stale).hasPositiveValue();
  }

  @Test
  void whileRedisIsStopped_pagesAreAnsweredFromTheDatabase_andHealthIsNeverDown() throws Exception {
    try (RedisServer redis = TestServers.newRedis();
        ConfigurableApplicationContext application =
            start(redis, Map.of("cache-aside.defaults.store-timeout", "100ms"))) {
      String port = application.getEnvironment().getRequiredProperty("local.server.port");
      HealthIndicator health =
          application.getBean("cacheAsideHealthIndicator", HealthIndicator.class);
      longest(port, health); // the first pages take longer
      long alone = longest(port, health);
      redis.pause();
      try {
        long stopped = longest(port, health);
        System.out.println("longest page: " + alone + " ms, with Redis stopped " + stopped + " ms");
      } finally {
        redis.resume();
      }
    }
  }

  private long longest(String port, HealthIndicator health) throws Exception {
    long longest = 0;
    for (int i = 0; i < 200; i++) {
      long id = ROWS.get(i % ROWS.size());
      long began = System.nanoTime();
      assertThat(version(port, id)).isEqualTo(versionOf(id));
      longest = Math.max(longest, System.nanoTime() - began);
      Health told = health.health();
      assertThat(told).isNotNull();
      assertThat(told.getStatus()).isNotEqualTo(Status.DOWN);
    }
    return Duration.ofNanos(longest).toMillis();
  }
}
