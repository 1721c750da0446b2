package io.github.cacheaside.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Runs PostgreSQL as a child process on loopback, from the program files in zonky's jar.
 *
 * <p>PostgreSQL refuses to run as root. Where the JVM does, the server runs as the user of number
 * 65534, which gets its directory.
 */
final class EmbeddedPostgres {
  private static final String HOST = "127.0.0.1";
  private static final String USER = "cacheaside";
  private static final int NOBODY = 65534;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private EmbeddedPostgres() {}

  /** Whether the program files for this platform are on the class path. */
  static boolean isThere() {
    return EmbeddedPostgres.class.getResource(archive()) != null;
  }

  private static String archive() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = os.contains("win") ? "windows" : os.contains("mac") ? "darwin" : "linux";
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    return "/postgres-" + system + "-" + arch + ".txz";
  }

  static DatabaseServer start() {
    Path directory = TempDirectory.create("postgres");
    Runnable cleanUp = () -> TempDirectory.delete(directory);
    OpenServers.add(cleanUp);
    try {
      return start(directory);
    } catch (IOException | RuntimeException | LinkageError e) {
      cleanUp.run();
      throw new IllegalStateException("embedded PostgreSQL can't be started: " + e.getMessage(), e);
    } finally {
      OpenServers.remove(cleanUp);
    }
  }

  private static DatabaseServer start(Path directory) throws IOException {
    DatabaseAddress address =
        new DatabaseAddress(HOST, FreePorts.next(), USER, UUID.randomUUID().toString(), "postgres");
    Path files = Files.createDirectory(directory.resolve("files"));
    unpack(files);
    Path password = Files.writeString(directory.resolve("password"), address.password());
    if (isRoot()) {
      giveAway(directory);
    }
    Path data = directory.resolve("data");
    run(
        directory,
        asUser(
            List.of(
                files.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync")));
    List<String> command =
        asUser(
            List.of(
                files.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                String.valueOf(address.port()),
                "-c",
                "listen_addresses=" + HOST,
                "-c",
                "unix_socket_directories=",
                // These rows need not survive a power cut; the tests need their commits fast.
                "-c",
                "fsync=off"));
    ServerProcess process =
        new ServerProcess(
            "PostgreSQL at " + address,
            command,
            Map.of(),
            directory,
            LIMIT,
            () -> Databases.answers(DatabaseProduct.POSTGRESQL, address));
    return DatabaseServer.postgres(address, process.start());
  }

  private static void unpack(Path into) throws IOException {
    InputStream archive = EmbeddedPostgres.class.getResourceAsStream(archive());
    if (archive == null) {
      throw new IllegalStateException("no " + archive() + " on the class path");
    }
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, into.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, file);
      if ((entry.getMode() & 0100) != 0 && !isWindows()) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  private static void giveAway(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.setAttribute(file, "unix:uid", NOBODY, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private static List<String> asUser(List<String> command) {
    if (!isRoot()) {
      return command;
    }
    List<String> other = new ArrayList<>();
    other.add("setpriv");
    other.add("--reuid=" + NOBODY);
    other.add("--regid=" + NOBODY);
    other.add("--clear-groups");
    other.addAll(command);
    return other;
  }

  private static void run(Path directory, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException("initdb failed:\n" + output);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL makes its data directory", e);
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }
}
