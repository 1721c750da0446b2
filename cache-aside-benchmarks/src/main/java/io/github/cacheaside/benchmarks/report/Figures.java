package io.github.cacheaside.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures of one run of an experiment, and their file: one line each of {@code
 * experiment,subject,figure,value}. Facts about the whole run come first and have no subject. No
 * value holds a comma, a quote or a line end, so nothing is ever quoted.
 */
public final class Figures {
  private static final String HEADER = "experiment,subject,figure,value";
  static final String EXTENSION = ".csv";
  private static final int COLUMNS = 4;
  private static final String NOBODY = "";

  private final String experiment;
  private final Map<String, Map<String, String>> bySubject = new LinkedHashMap<>();

  public Figures(String experiment, Map<String, String> facts) {
    this.experiment = experiment;
    add(NOBODY, facts);
  }

  public void add(String subject, Map<String, String> figures) {
    bySubject.put(subject, new LinkedHashMap<>(figures));
  }

  /** Takes what an earlier run found; what is added from now on replaces it. */
  public void addAll(Figures earlier) {
    earlier.subjects().forEach(subject -> add(subject, earlier.of(subject)));
  }

  /** When, where and how it ran. */
  public Map<String, String> facts() {
    return of(NOBODY);
  }

  public List<String> subjects() {
    return bySubject.keySet().stream().filter(subject -> !subject.equals(NOBODY)).toList();
  }

  /** The figures of a subject; none if it did not take part. */
  public Map<String, String> of(String subject) {
    return bySubject.getOrDefault(subject, Map.of());
  }

  /** Where the figures of an experiment are. */
  public static Path file(Path directory, String experiment) {
    return directory.resolve(experiment + EXTENSION);
  }

  public void write(Path directory) {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    bySubject.forEach(
        (subject, figures) ->
            figures.forEach((figure, value) -> lines.add(line(subject, figure, value))));
    try {
      Files.createDirectories(directory);
      Files.writeString(file(directory, experiment), String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("the figures of " + experiment + " can't be written", e);
    }
  }

  private String line(String... rest) {
    for (String value : rest) {
      if (value.matches("(?s).*[,\"\\r\\n].*")) {
        throw new IllegalArgumentException("a comma, quote or line end in a figure: " + value);
      }
    }
    return experiment + "," + String.join(",", rest);
  }

  /** Reads them back; there are none if there is no file. */
  public static Figures read(Path directory, String experiment) throws IOException {
    Path file = file(directory, experiment);
    Figures figures = new Figures(experiment, Map.of());
    if (!Files.exists(file)) {
      return figures;
    }
    List<String> lines = Files.readAllLines(file);
    for (String line : lines.subList(1, lines.size())) {
      String[] values = line.split(",", -1);
      if (values.length != COLUMNS || !values[0].equals(experiment)) {
        throw new IOException("not a figure of " + experiment + " in " + file + ": " + line);
      }
      figures
          .bySubject
          .computeIfAbsent(values[1], subject -> new LinkedHashMap<>())
          .put(values[2], values[3]);
    }
    return figures;
  }
}
