package io.github.cacheaside.benchmarks.subjects.annotated;

import io.github.cacheaside.benchmarks.servers.Row;
import io.github.cacheaside.benchmarks.subjects.Subject;
import io.github.cacheaside.benchmarks.subjects.Writes;
import io.github.cacheaside.benchmarks.subjects.mutants.MutantStores;
import io.github.cacheaside.spring.TransactionMode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** An application context with one service, read and written through its annotations. */
public final class AnnotatedSubject implements Subject {
  public static final String OURS = "annotated-cache-aside";

  /** An eviction does not wait for the commit. */
  public static final String IGNORED = "annotated-without-transactions";

  /** A fill is not kept off by the mark of a write. */
  public static final String OVER_MARKS = "annotated-fills-over-marks";

  public static final List<String> MUTANTS = List.of(IGNORED, OVER_MARKS);

  /** A write that fails for longer than that fails for good. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Map<String, Function<Environment, Wiring>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put(
        OURS, each -> Managers.ours(each, TransactionMode.FENCED, UnaryOperator.identity()));
    BY_NAME.put(
        IGNORED, each -> Managers.ours(each, TransactionMode.IGNORED, UnaryOperator.identity()));
    BY_NAME.put(
        OVER_MARKS,
        each ->
            Managers.ours(each, TransactionMode.FENCED, MutantStores.fillsOverMarks(each.redis())));
    BY_NAME.put("annotated-spring", each -> Managers.spring(each, false, false));
    BY_NAME.put("annotated-spring-aware", each -> Managers.spring(each, false, true));
    BY_NAME.put("annotated-spring-locking", each -> Managers.spring(each, true, false));
    BY_NAME.put("annotated-redisson", Managers::redisson);
    BY_NAME.put("annotated-jetcache", Managers::jetCache);
  }

  private final Environment environment;
  private final Wiring wiring;
  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();

  private final Service service;

  private AnnotatedSubject(Environment environment, Wiring wiring) {
    this.environment = environment;
    this.wiring = wiring;
    WriteAtCommit transactions = new WriteAtCommit(environment.writes());
    context.registerBean("transactionManager", WriteAtCommit.class, () -> transactions);
    context.registerBean(
        Service.class, () -> wiring.service().apply(environment.database(), transactions));
    wiring.beans().accept(context);
    context.register(wiring.configuration());
    context.refresh();
    this.service = context.getBean(Service.class);
  }

  /** Opens one by its name. */
  public static Subject open(String name, Environment environment) {
    Function<Environment, Wiring> wiring = BY_NAME.get(name);
    if (wiring == null) {
      throw new IllegalArgumentException("no such subject: " + name + "; there are " + names());
    }
    return new AnnotatedSubject(environment, wiring.apply(environment));
  }

  /** Ours, its mutants, and the others. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  @Override
  public long get(long key) throws Exception {
    @Nullable Row row = service.find(key);
    return row == null ? 0 : row.version();
  }

  /** The whole write again if it failed, for all subjects alike; it may have been committed. */
  @Override
  public long write(long key) {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        service.raise(key);
        return WriteAtCommit.lastVersion();
      } catch (Writes.Abandoned | Writes.RolledBack e) {
        throw e; // as it was meant
      } catch (RuntimeException e) {
        if (System.nanoTime() - patience > 0) {
          throw e;
        }
        environment.writes().retried();
      }
    }
  }

  @Override
  public void close() {
    context.close();
    wiring.end().run();
  }
}
