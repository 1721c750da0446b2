package io.github.cacheaside;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a release wrote under a key: lines with a number sign that describe it, then its bytes in
 * hexadecimal. Never changed once the release is out.
 */
record GoldenFile(String release, String kind, String hex) {
  private static final Path FOLDER =
      Path.of(Objects.requireNonNull(System.getProperty("cacheaside.basedir"), "base"))
          .resolve("cache-aside-core/src/test/resources/golden");

  static GoldenFile of(String release, String kind, byte[] bytes) {
    return new GoldenFile(release, kind, HexFormat.of().formatHex(bytes));
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  static Path path(String release, String kind) {
    return FOLDER.resolve(release).resolve(kind + ".txt");
  }

  static List<GoldenFile> all() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(GoldenFile::read)
          .toList();
    }
  }

  private static GoldenFile read(Path file) {
    try {
      StringBuilder hex = new StringBuilder();
      Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).forEach(hex::append);
      String kind = file.getFileName().toString().replace(".txt", "");
      return new GoldenFile(
          Objects.requireNonNull(file.getParent()).getFileName().toString(),
          kind,
          hex.toString().replace(" ", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file that is not there yet; what is there stays. */
  void add(String description) throws IOException {
    Path file = path(release, kind);
    if (Files.exists(file)) {
      return;
    }
    byte[] bytes = bytes();
    StringBuilder text = new StringBuilder("# " + description + "\n");
    for (int at = 0; at < bytes.length; at += 20) {
      byte[] line = Arrays.copyOfRange(bytes, at, Math.min(at + 20, bytes.length));
      text.append(HexFormat.ofDelimiter(" ").formatHex(line)).append('\n');
    }
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  @Override
  public String toString() {
    return release + "/" + kind;
  }
}
