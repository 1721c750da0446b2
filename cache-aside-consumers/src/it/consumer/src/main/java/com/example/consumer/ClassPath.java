package com.example.consumer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/** The versions that are really there must be those of a column of a table in Markdown. */
final class ClassPath {
  private static final String JACKSON_3 = "tools.jackson.databind.ObjectMapper";
  private static final List<String> LIBRARIES =
      List.of(
          RedisClient.class.getName(),
          EventExecutor.class.getName(),
          ObjectMapper.class.getName(),
          JavaTimeModule.class.getName(),
          Jdk8Module.class.getName(),
          JACKSON_3,
          Caffeine.class.getName(),
          MeterRegistry.class.getName(),
          Logger.class.getName());

  private ClassPath() {}

  static void check(Path page, String column) throws IOException, URISyntaxException {
    List<String> documented = documented(page, column);
    List<String> found = new ArrayList<>();
    for (String library : LIBRARIES) {
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

  static boolean hasJackson3() {
    try {
      Class.forName(JACKSON_3);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Name and version, which a local repository has as directories. */
  private static String artifact(String name) throws URISyntaxException {
    boolean jackson3 = name.equals(JACKSON_3);
    if (jackson3 && !hasJackson3()) {
      return "tools.jackson.core:jackson-databind none";
    }
    Path version = Path.of(location(name).toURI()).getParent();
    return (jackson3 ? "tools.jackson.core:" : "")
        + version.getParent().getFileName()
        + " "
        + version.getFileName();
  }

  private static URL location(String name) {
    try {
      return Class.forName(name).getProtectionDomain().getCodeSource().getLocation();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
