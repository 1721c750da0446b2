package io.github.cacheaside.examples;

import io.github.cacheaside.CacheException;
import io.github.cacheaside.examples.shop.Shop;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs one example: {@code mvn -q compile exec:java -pl cache-aside-examples -am
 * -Dexample=WrapYourDao}. Without {@code -Dexample} it is the tutorial; {@code -Dexample=list}
 * names them all.
 */
public final class Main {
  private static final List<Example> EXAMPLES =
      List.of(
          new Example("Tutorial", "planets: a cached query, cached records, TTL", Tutorial::run),
          new Example("WrapYourDao", "a cache around a DAO that you have", WrapYourDao::run),
          new Example("ResultSetRecipe", "SQL text -> serialized rows", ResultSetRecipe::run),
          new Example(
              "CustomFormatRecipe", "key -> JSON of selected columns", CustomFormatRecipe::run),
          new Example("HashRecipe", "key -> Redis hash, fields readable singly", HashRecipe::run),
          new Example(
              "ApplicationObjectRecipe",
              "key -> serialized Java object",
              ApplicationObjectRecipe::run),
          new Example("Warm", "a whole table into the cache, with progress", WarmRecipe::run),
          new Example("Shop", "a rental shop: three pages with and without a cache", Main::shop),
          new Example("Advise", "which of your queries are worth a cache", Advise::run),
          new Example("spring", "the same load on Spring's Redis cache and on ours", Main::spring));

  private Main() {}

  /** What an example does. */
  @FunctionalInterface
  private interface Run {
    void run(Servers servers, PrintStream out) throws Exception;
  }

  private record Example(String name, String line, Run run) {}

  /**
   * Runs the example that the system property {@code example} names.
   *
   * @param args not used
   * @throws Exception if an example fails in a way that it has no sentence for
   */
  public static void main(String[] args) throws Exception {
    int status = run(System.getProperty("example", "Tutorial"), System.getenv(), System.out);
    System.out.flush();
    if (status != 0) {
      System.exit(status); // an exception would do too, but Maven wraps it in a dozen lines
    }
  }

  /**
   * Runs an example.
   *
   * @param name its name, or {@code list}
   * @param environment see {@link Servers#open}
   * @param out where to print
   * @return 0, or 1 if the example failed, or 2 if there is none of that name
   */
  static int run(String name, Map<String, String> environment, PrintStream out) throws Exception {
    if (name.equals("list")) {
      list(out);
      return 0;
    }
    Optional<Example> found =
        EXAMPLES.stream().filter(example -> example.name().equalsIgnoreCase(name)).findFirst();
    if (found.isEmpty()) {
      out.println("There is no example \"" + name + "\". Choose one with -Dexample=NAME:");
      list(out);
      return 2;
    }
    return run(found.get().run(), environment, out);
  }

  private static int run(Run example, Map<String, String> environment, PrintStream out)
      throws Exception {
    try (Servers servers = Servers.open(environment, out)) {
      example.run(servers, out);
      return 0;
    } catch (ExampleException e) {
      return failed(String.valueOf(e.getMessage()), out);
    } catch (SQLException e) {
      return failed("The database refused: " + e.getMessage(), out);
    } catch (CacheException e) {
      String cause = e.getCause() == null ? "" : " (" + e.getCause().getMessage() + ")";
      return failed(e.getMessage() + cause, out);
    }
  }

  /** {@code -Dshop.rows=} and {@code -Dshop.seconds=} change its size. */
  private static void shop(Servers servers, PrintStream out)
      throws SQLException, InterruptedException {
    servers.requireRedis();
    Duration time = Duration.ofSeconds(Integer.getInteger("shop.seconds", 10));
    new Shop(
            servers.redis(),
            servers.dataSource(),
            Servers.PATIENCE,
            Integer.getInteger("shop.rows", 200_000),
            time,
            out)
        .run();
  }

  /** Maven runs it from a module of its own, if it is named as the list has it. */
  private static void spring(Servers servers, PrintStream out) {
    throw new ExampleException("It runs by Maven only, as -Dexample=spring in lower case.");
  }

  private static int failed(String sentence, PrintStream out) {
    out.println();
    out.println("FAILED: " + sentence);
    return 1;
  }

  private static void list(PrintStream out) {
    for (Example example : EXAMPLES) {
      out.printf("  %-24s %s%n", example.name(), example.line());
    }
  }
}
