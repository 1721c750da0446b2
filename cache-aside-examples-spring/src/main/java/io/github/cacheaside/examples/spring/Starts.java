package io.github.cacheaside.examples.spring;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * How long the application takes to start and to answer one cached read, each time in a JVM of its
 * own, the two caches in turns.
 */
final class Starts {
  private static final String PREFIX = "started in ";

  private final AppServers servers;
  private final PrintStream out;
  private final Map<Way, List<Long>> millis = new EnumMap<>(Way.class);

  Starts(AppServers servers, PrintStream out) {
    this.servers = servers;
    this.out = out;
  }

  /**
   * One start, in this JVM, on the servers that the environment names as Spring Boot has it.
   *
   * @param args the way
   */
  public static void main(String[] args) {
    try (ConfigurableApplicationContext context = Way.valueOf(args[0]).start(Map.of())) {
      Planet unused = context.getBean(Planets.class).find(1);
      System.out.println(PREFIX + ManagementFactory.getRuntimeMXBean().getUptime());
    }
  }

  void run(int each) throws IOException, InterruptedException {
    try (ConfigurableApplicationContext context = Way.SPRING.start(servers.properties())) {
      new Stock(context.getBean(JdbcTemplate.class), 100).fill();
    }
    for (int i = 0; i < each; i++) {
      for (Way way : Way.values()) {
        long taken = start(way);
        millis.computeIfAbsent(way, any -> new ArrayList<>()).add(taken);
        out.printf("%-22s %,6d ms%n", way.title(), taken);
      }
    }
    long spring = median(Way.SPRING);
    long ours = median(Way.CACHE_ASIDE);
    out.printf(
        Locale.ROOT,
        "%nmedian of %d starts: %s %,d ms, %s %,d ms: %.2f times%n",
        each,
        Way.SPRING.title(),
        spring,
        Way.CACHE_ASIDE.title(),
        ours,
        (double) ours / spring);
  }

  private long median(Way way) {
    List<Long> sorted = millis.getOrDefault(way, List.of()).stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private long start(Way way) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                classPath(),
                Starts.class.getName(),
                way.name())
            .redirectErrorStream(true);
    builder.environment().putAll(servers.environment());
    Process child = builder.start();
    String printed;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
      printed = lines.lines().collect(Collectors.joining("\n"));
    }
    int status = child.waitFor();
    return printed
        .lines()
        .filter(line -> line.startsWith(PREFIX))
        .findFirst()
        .map(line -> Long.parseLong(line.substring(PREFIX.length())))
        .orElseThrow(() -> new IllegalStateException("exit " + status + ": " + printed));
  }

  /** Also inside of Maven, which loads the application by a loader of its own. */
  private static String classPath() {
    if (!(Starts.class.getClassLoader() instanceof URLClassLoader loader)) {
      return System.getProperty("java.class.path");
    }
    return Arrays.stream(loader.getURLs())
        .map(Starts::file)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String file(URL url) {
    return Path.of(URI.create(url.toString())).toString();
  }
}
