package io.github.cacheaside.benchmarks.workers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The parent's side of one worker JVM. It dies with its parent, whose pipe it reads. */
public final class WorkerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(3);
  private static final String ENDED = "\u0000ended";

  private final Process process;
  private final Path errors;
  private final PrintStream commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private WorkerProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    Thread reader = new Thread(this::listen, "answers-of-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a worker; {@link #awaitReady} waits for it, so that many can start at once. */
  public static WorkerProcess start(WorkerSetup setup) throws IOException {
    return start(setup, List.of());
  }

  /** Starts a worker under another program, such as one that shifts its clock. */
  static WorkerProcess start(WorkerSetup setup, List<String> wrapper) throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Many short-lived JVMs on few cores: quick to start, small, and quiet.
    command.addAll(List.of("-Xmx160m", "-Xss512k", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(Worker.class.getName());
    Path errors = Files.createTempFile("cache-aside-worker-", ".log");
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.to(errors.toFile()))
            .start();
    WorkerProcess worker = new WorkerProcess(process, errors);
    setup.print(worker.commands);
    return worker;
  }

  private void listen() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      // the same as its end
    }
    answers.add(ENDED);
  }

  public void awaitReady() throws InterruptedException {
    String answer = answer(START);
    if (!Worker.READY.equals(answer)) {
      throw new IllegalStateException("a worker did not start: " + answer + tail());
    }
  }

  public void send(String command) {
    commands.println(command);
  }

  /** The next answer; null if it does not come in time or the worker ended before. */
  public @Nullable String answer(Duration patience) throws InterruptedException {
    String line = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (ENDED.equals(line)) {
      answers.add(ENDED);
      return null;
    }
    return line;
  }

  /** Sends a command and waits for its answer. */
  public String ask(String command, Duration patience) throws InterruptedException {
    send(command);
    String answer = answer(patience);
    if (answer == null) {
      throw new IllegalStateException("no answer to \"" + command + "\"" + tail());
    }
    return answer;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Stops the JVM where it is, as a long pause of the machine would. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  /** Ends the JVM by SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
  }

  private String tail() {
    try {
      List<String> lines = Files.readAllLines(errors, StandardCharsets.ISO_8859_1);
      return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    commands.close();
    process.destroyForcibly();
    errors.toFile().delete();
  }
}
