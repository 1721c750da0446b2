package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import io.github.cacheaside.examples.shop.Clerk;
import io.github.cacheaside.examples.shop.Stock;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Goes on while pages are opened: a rental each 10 ms, past all caches, and a new price each ten
 * seconds by one subject after the other.
 */
final class Business implements AutoCloseable {
  private static final int RENTALS_OF_A_PRICE = 1_000;
  private static final int BETWEEN_MILLIS = 10;

  private final Clerk clerk;
  private final DataSource pool;
  private final List<ShopSubject> subjects;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Thread thread;
  private volatile boolean over;

  private Business(DataSource pool, Stock stock, List<ShopSubject> subjects) {
    this.clerk = new Clerk(stock);
    this.pool = pool;
    this.subjects = subjects;
    this.thread = new Thread(this::work, "business");
  }

  static Business open(DataSource pool, Stock stock, List<ShopSubject> subjects) {
    Business business = new Business(pool, stock, subjects);
    business.thread.start();
    return business;
  }

  private void work() {
    @Nullable Exception failure = null;
    try {
      for (int rented = 1; !over; rented++) {
        try (Connection connection = pool.getConnection()) {
          clerk.rent(connection, clerk.film());
        }
        if (rented % RENTALS_OF_A_PRICE == 0) {
          for (ShopSubject subject : subjects) {
            subject.reprice().run(clerk, clerk.film());
          }
        }
        TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
      }
    } catch (SQLException | InterruptedException | RuntimeException e) {
      failure = e;
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
  }

  /** Ends it, and fails if it had failed meanwhile: then there was no business. */
  void requireDone() throws Exception {
    over = true;
    done.get(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    over = true;
  }
}
