package io.github.cacheaside.benchmarks.report;

import io.github.cacheaside.testkit.RedisServer;
import io.github.cacheaside.testkit.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** When, where and with what an experiment runs. */
public final class RunFacts {
  private static final double GIBIBYTE = 1 << 30;

  private RunFacts() {}

  public static Map<String, String> of(Experiment.Plan plan) throws IOException {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("seconds", Integer.toString(plan.seconds()));
    facts.put("seed", Long.toString(plan.seed()));
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("CPU", cpu());
    facts.put("memory", memory());
    facts.put("OS", property("os.name") + " " + property("os.version") + " " + property("os.arch"));
    facts.put("JDK", property("java.version"));
    facts.put("Redis", redis());
    facts.put("cache-aside", version("io.github.cacheaside/cache-aside-core"));
    facts.put("JetCache", version("com.alicp.jetcache/jetcache-core"));
    facts.put("Redisson", version("org.redisson/redisson"));
    facts.put("Spring Data Redis", version("org.springframework.data/spring-data-redis"));
    facts.put("AWS JDBC wrapper", driver("jdbc:aws-wrapper:mariadb://localhost/"));
    return facts;
  }

  /** For a driver whose jar says nothing of Maven. */
  private static String driver(String url) {
    try {
      Driver driver = DriverManager.getDriver(url);
      return driver.getMajorVersion() + "." + driver.getMinorVersion();
    } catch (SQLException e) {
      return "unknown";
    }
  }

  /** As Linux names it; elsewhere the architecture has to do. */
  private static String cpu() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return property("os.arch");
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst(".*: *", "").replaceAll("[,\"]", ";"))
        .findFirst()
        .orElse(property("os.arch"));
  }

  private static String memory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? Math.round(system.getTotalMemorySize() / GIBIBYTE) + " GiB"
        : "unknown";
  }

  private static String property(String name) {
    return System.getProperty(name, "unknown");
  }

  private static String redis() {
    try (RedisServer redis = TestServers.newRedis()) {
      return redis.origin().replaceAll(" at .*", "").replace("Redis ", "");
    }
  }

  /** As Maven has left it in the jar. */
  private static String version(String artifact) throws IOException {
    String name = "/META-INF/maven/" + artifact + "/pom.properties";
    try (InputStream in = RunFacts.class.getResourceAsStream(name)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    }
  }
}
