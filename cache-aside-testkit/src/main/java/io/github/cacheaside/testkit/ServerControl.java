package io.github.cacheaside.testkit;

/** Power over a server: what a fault test does to it. */
interface ServerControl {
  /** Freezes the server: connections stay open, nothing answers. */
  void pause();

  /** Lets a paused server go on. */
  void resume();

  /** Ends the server at once, as a crash would. */
  void kill();

  /** Starts a killed server again, on the same port. */
  void restart();

  /** Ends the server for good and deletes its files. */
  void close();

  /** Control over a server that this JVM did not start: none. */
  record Foreign(String owner) implements ServerControl {
    @Override
    public void pause() {
      throw refusal();
    }

    @Override
    public void resume() {
      throw refusal();
    }

    @Override
    public void kill() {
      throw refusal();
    }

    @Override
    public void restart() {
      throw refusal();
    }

    @Override
    public void close() {}

    private UnsupportedOperationException refusal() {
      return new UnsupportedOperationException(
          "the server named by " + owner + " can't be stopped; use TestServers.newRedis()");
    }
  }
}
