package io.github.cacheaside.boot.jpa;

import io.github.cacheaside.CacheAside;
import io.github.cacheaside.Outcome;
import io.github.cacheaside.spring.CacheAsideCacheManager;
import io.github.cacheaside.spring.CacheTransactions;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;
import jakarta.persistence.PostUpdate;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.Assert;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Rows that another thread writes while a request is under way. */
public final class HotRows {
  static final String PORT = "listens on port ";

  private HotRows() {}

  /** A row; its version tells how often it was written. */
  @Entity(name = "hot_row")
  public static class Row {
    @Id private long id;
    private long version;

    protected Row() {}

    Row(long id) {
      this.id = id;
    }

    void write() {
      version++;
    }
  }

  /** A row of a table whose changes are evicted by a listener of JPA. */
  @Entity(name = "heard_row")
  @EntityListeners(Evicting.class)
  public static class Heard {
    @Id private long id;
    private long version;

    protected Heard() {}

    Heard(long id) {
      this.id = id;
    }

    void write() {
      version++;
    }
  }

  /** Is told while the transaction's commit flushes. */
  public static class Evicting {
    private final ObjectProvider<CacheTransactions> caches;
    private final ObjectProvider<CacheAsideCacheManager> manager;
    private static volatile @Nullable Outcome afterwards;

    Evicting(
        ObjectProvider<CacheTransactions> caches, ObjectProvider<CacheAsideCacheManager> manager) {
      this.caches = caches;
      this.manager = manager;
    }

    @PostUpdate
    public void changed(Heard row) {
      caches.getObject().invalidate("heard", List.of(row.id));
      CacheAside<Object, Object> cache = manager.getObject().cacheAside("heard");
      afterwards = cache.read(row.id, key -> 0L).outcome();
    }

    static @Nullable Outcome afterwards() {
      return afterwards;
    }
  }

  /** The rows. */
  public interface Rows extends JpaRepository<Row, Long> {}

  /** The other rows. */
  public interface HeardRows extends JpaRepository<Heard, Long> {}

  /** What is cached of a row. */
  public record Hot(long id, long version) implements Serializable {}

  /** Reads through the cache, and writes. */
  public static class Service {
    private final Rows rows;
    private final HeardRows heard;

    Service(Rows rows, HeardRows heard) {
      this.rows = rows;
      this.heard = heard;
    }

    @Cacheable("hot")
    public Hot find(long id) {
      return new Hot(id, rows.findById(id).orElseThrow().version);
    }

    @Cacheable(cacheNames = "hot", sync = true)
    public Hot findInSync(long id) {
      return find(id);
    }

    @Transactional
    @CacheEvict(cacheNames = "hot", key = "#id")
    public long write(long id) {
      Row row = rows.findById(id).orElseThrow();
      row.write();
      return row.version;
    }

    @Cacheable("heard")
    public Long heard(long id) {
      return heard.findById(id).orElseThrow().version;
    }

    @Transactional
    public void writeHeard(long id) {
      heard.findById(id).orElseThrow().write();
    }
  }

  /** Pages that read a row before another thread writes it, and through the cache after that. */
  @RestController
  public static class Pages {
    private final Rows rows;
    private final Service service;
    private final TransactionTemplate transaction;
    private final Executor writer;

    Pages(Rows rows, Service service, PlatformTransactionManager manager, ExecutorService writer) {
      this.rows = rows;
      this.service = service;
      this.transaction = new TransactionTemplate(manager);
      this.writer = writer;
    }

    private void readThenHaveItWritten(long id) {
      Assert.state(rows.findById(id).isPresent(), "in the EntityManager of this request");
      CompletableFuture.runAsync(() -> service.write(id), writer).join();
    }

    private long readAfterAWrite(long id) {
      readThenHaveItWritten(id);
      return service.find(id).version();
    }

    @GetMapping("/view/{id}")
    public long view(@PathVariable long id) {
      return readAfterAWrite(id);
    }

    @GetMapping("/sync/{id}")
    public long sync(@PathVariable long id) {
      readThenHaveItWritten(id);
      return service.findInSync(id).version();
    }

    @GetMapping("/transaction/{id}")
    public Long transaction(@PathVariable long id) {
      return transaction.execute(status -> readAfterAWrite(id));
    }

    @GetMapping("/version/{id}")
    public long version(@PathVariable long id) {
      Assert.state(rows.findById(id).isPresent(), "in the EntityManager of this request");
      return service.find(id).version();
    }

    @PostMapping("/write/{id}")
    public long write(@PathVariable long id) {
      return service.write(id);
    }
  }

  /** The application. */
  @Configuration(proxyBeanMethods = false)
  @EnableCaching
  @EnableAutoConfiguration
  @EnableJpaRepositories(considerNestedRepositories = true)
  public static class Application {
    /**
     * Starts it in a JVM of its own, and prints its port.
     *
     * @param args the properties
     */
    public static void main(String[] args) {
      ConfigurableApplicationContext context = SpringApplication.run(Application.class, args);
      System.out.println(PORT + context.getEnvironment().getProperty("local.server.port"));
    }

    @Bean
    Service service(Rows rows, HeardRows heard) {
      return new Service(rows, heard);
    }

    @Bean(destroyMethod = "shutdownNow")
    ExecutorService writer() {
      return Executors.newSingleThreadExecutor();
    }

    @Bean
    Pages pages(
        Rows rows, Service service, PlatformTransactionManager manager, ExecutorService writer) {
      return new Pages(rows, service, manager, writer);
    }
  }
}
