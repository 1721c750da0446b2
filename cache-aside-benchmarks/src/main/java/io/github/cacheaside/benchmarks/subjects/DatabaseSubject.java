package io.github.cacheaside.benchmarks.subjects;

/** No cache at all: every read asks the database. */
public final class DatabaseSubject implements Subject {
  private final Environment environment;

  public DatabaseSubject(Environment environment) {
    this.environment = environment;
  }

  @Override
  public long get(long key) throws Exception {
    return NaiveSubject.version(environment.database().read(key));
  }

  @Override
  public long write(long key) throws Exception {
    return environment.writes().commit(key);
  }

  @Override
  public void close() {}
}
