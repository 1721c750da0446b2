package io.github.cacheaside.testkit;

/** Where a database answers, and the user that it answers. */
record DatabaseAddress(String host, int port, String user, String password, String database) {
  DatabaseAddress withDatabase(String name) {
    return new DatabaseAddress(host, port, user, password, name);
  }

  /** Names no password: it ends up in logs. */
  @Override
  public String toString() {
    return host + ":" + port + "/" + database;
  }
}
