package com.example.consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/** The versions that are really there must be those of a column of a table in Markdown. */
final class ClassPath {
  private static final List<Class<?>> LIBRARIES =
      List.of(
          RedisClient.class,
          EventExecutor.class,
          ObjectMapper.class,
          JavaTimeModule.class,
          Caffeine.class,
          MeterRegistry.class,
          Logger.class);

  private ClassPath() {}

  static void check(Path page, String column) throws IOException, URISyntaxException {
    List<String> documented = documented(page, column);
    List<String> found = new ArrayList<>();
    for (Class<?> library : LIBRARIES) {
      found.add(artifact(library));
    }
    System.out.println("consumer: " + column + ": " + found);
    if (!found.equals(documented)) {
      throw new AssertionError(page + " has " + documented + " but found " + found);
    }
  }

  private static List<String> documented(Path page, String column) throws IOException {
    List<List<String>> rows =
        Files.readAllLines(page).stream()
            .filter(line -> line.startsWith("|"))
            .map(line -> List.of(line.substring(1).trim().split("\\s*[|]\\s*")))
            .toList();
    int at = rows.get(0).indexOf(column);
    return rows.stream()
        .skip(2)
        .map(row -> row.get(0).trim().replace("`", "") + " " + row.get(at))
        .toList();
  }

  /** Name and version, which a local repository has as directories. */
  private static String artifact(Class<?> type) throws URISyntaxException {
    Path version =
        Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
    return version.getParent().getFileName() + " " + version.getFileName();
  }
}
