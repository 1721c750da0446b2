package io.github.cacheaside.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server program run as a child process, with a directory of its own. */
final class ServerProcess implements ServerControl, Readiness.Subject {
  private static final int TAIL_LINES = 20;

  private final String name;
  private final List<String> command;
  private final Map<String, String> environment;
  private final Path directory;
  private final Duration limit;
  private final Readiness.Check check;
  private final Runnable closing = this::close;
  private @Nullable Process process;

  ServerProcess(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Duration limit,
      Readiness.Check check) {
    this.name = name;
    this.command = command;
    this.environment = environment;
    this.directory = directory;
    this.limit = limit;
    this.check = check;
  }

  /** Starts the program and returns when it is ready; cleans up when it isn't. */
  ServerProcess start() {
    OpenServers.add(closing);
    try {
      restart();
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public synchronized void restart() {
    if (isAlive()) {
      throw new IllegalStateException(name + " is running; kill it first");
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " can't be run: " + command.get(0), e);
    }
    Readiness.await(name, limit, this, check);
  }

  @Override
  public void pause() {
    signal("STOP");
  }

  @Override
  public void resume() {
    signal("CONT");
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      waitFor(process);
    }
  }

  @Override
  public void close() {
    kill();
    OpenServers.remove(closing);
    TempDirectory.delete(directory);
  }

  @Override
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public String tail() {
    try {
      List<String> lines = Files.readAllLines(output(), StandardCharsets.ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  private Path output() {
    return directory.resolve("output.log");
  }

  private synchronized void signal(String signal) {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(name + " is not running");
    }
    // The shell's own kill: slim images carry no program of that name.
    String line = "kill -" + signal + " " + process.pid();
    try {
      Process kill = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
      waitFor(kill);
      if (kill.exitValue() != 0) {
        throw new IllegalStateException(line + " failed for " + name);
      }
    } catch (IOException e) {
      throw new UnsupportedOperationException("pausing needs a POSIX shell", e);
    }
  }

  private void waitFor(Process other) {
    try {
      if (!other.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException(name + " does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
