package io.github.cacheaside.benchmarks.workers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * The child's side of an experiment: takes its setup and then one command a line on its standard
 * input and answers each with one line.
 */
public final class Worker {
  static final String READY = "ready";

  /**
   * What a kind of worker can be told to do. Its class has a public constructor that takes the
   * setup and what sends answers to the parent.
   */
  public interface Job extends AutoCloseable {
    /** Carries out a command, given as words, and returns the answer. */
    String obey(List<String> words) throws Exception;

    @Override
    void close();
  }

  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();

  public static void main(String[] arguments) {
    new Worker().run();
  }

  private void run() {
    // Answers only: what libraries print must not get between.
    PrintStream answers = System.out;
    System.setOut(System.err);
    try {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      WorkerSetup setup = setup(in);
      Thread reader = new Thread(() -> listen(in), "commands");
      reader.setDaemon(true);
      reader.start();
      obeyAll(setup, answers);
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
    // No libraries' shutdown: the parent waits.
    Runtime.getRuntime().halt(0);
  }

  private static WorkerSetup setup(BufferedReader in) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (WorkerSetup.isEnd(line)) {
        return WorkerSetup.parse(lines);
      }
      lines.add(line);
    }
    throw new IOException("no setup on the standard input; workers are started by experiments");
  }

  private void listen(BufferedReader in) {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        commands.add(line);
      }
    } catch (IOException e) {
      // the same as its end
    }
    Runtime.getRuntime().halt(0); // the parent is gone, or done with us
  }

  private void obeyAll(WorkerSetup setup, PrintStream answers) throws Exception {
    Consumer<String> answer =
        line -> {
          answers.println(line);
          answers.flush();
        };
    try (Job job = open(setup, answer)) {
      answer.accept(READY);
      while (true) {
        answer.accept(job.obey(List.of(commands.take().split(" "))));
      }
    }
  }

  private static Job open(WorkerSetup setup, Consumer<String> answers) throws Exception {
    return Class.forName(setup.text("job"))
        .asSubclass(Job.class)
        .getConstructor(WorkerSetup.class, Consumer.class)
        .newInstance(setup, answers);
  }
}
