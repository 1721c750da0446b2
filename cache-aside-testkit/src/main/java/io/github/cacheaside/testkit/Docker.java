package io.github.cacheaside.testkit;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.TestcontainersConfiguration;

/** Runs servers in containers, through Testcontainers. */
final class Docker {
  private static final int REDIS_PORT = 6379;
  private static final int MYSQL_PORT = 3306;
  private static final Duration REDIS_LIMIT = Duration.ofSeconds(30);
  private static final Duration MYSQL_LIMIT = Duration.ofMinutes(3);

  private @Nullable DockerImages images;
  private @Nullable String refusal;

  /** Says whether asking Testcontainers is worth it: without an engine it logs errors. */
  synchronized boolean isLikely() {
    if (refusal != null) {
      return false;
    }
    String home = System.getProperty("user.home");
    String runtime = Objects.requireNonNullElse(System.getenv("XDG_RUNTIME_DIR"), home);
    return System.getenv("DOCKER_HOST") != null
        || TestcontainersConfiguration.getInstance().getEnvVarOrProperty("docker.host", "").length()
            > 0
        || System.getProperty("os.name").startsWith("Windows")
        || Stream.of(
                Path.of("/var/run/docker.sock"),
                Path.of(runtime, "docker.sock"),
                Path.of(home, ".docker/run/docker.sock"),
                Path.of(home, ".docker/desktop/docker.sock"))
            .anyMatch(Files::exists);
  }

  RedisServer redis(String image, List<String> lines) {
    String obtained = images().obtain(image, List.of("redis", "valkey/valkey"));
    List<String> config = new ArrayList<>(List.of("bind * -::*", "protected-mode no"));
    config.add("save \"\"");
    config.addAll(lines);
    GenericContainer<?> container = container(obtained, REDIS_PORT);
    container.withCopyToContainer(
        Transferable.of(String.join("\n", config) + "\n"), "/cache-aside.conf");
    container.withCommand("redis-server", "/cache-aside.conf");
    ContainerControl control =
        new ContainerControl(
            obtained,
            container,
            REDIS_LIMIT,
            () -> EmbeddedRedis.answers(container.getHost(), container.getMappedPort(REDIS_PORT)));
    control.start();
    RedisAddress address =
        RedisAddress.of(
            container.getHost(), container.getMappedPort(REDIS_PORT), RedisConfig.password(lines));
    return RedisServer.started(address, control, "Docker's " + obtained + ":");
  }

  DatabaseServer database(String image) {
    String obtained = images().obtain(image, List.of("mysql", "mariadb"));
    String password = UUID.randomUUID().toString();
    String database = "cacheaside";
    GenericContainer<?> container = container(obtained, MYSQL_PORT);
    for (String product : List.of("MYSQL", "MARIADB")) {
      container.withEnv(product + "_DATABASE", database);
      container.withEnv(product + "_ROOT_PASSWORD", password);
    }
    ContainerControl control =
        new ContainerControl(
            obtained,
            container,
            MYSQL_LIMIT,
            () -> Databases.answers(address(container, password, database)));
    control.start();
    return DatabaseServer.started(
        address(container, password, database), control, "Docker's " + obtained + ":");
  }

  private static DatabaseAddress address(
      GenericContainer<?> container, String password, String database) {
    return new DatabaseAddress(
        container.getHost(), container.getMappedPort(MYSQL_PORT), "root", password, database);
  }

  /** Publishes the port under a number of ours: Docker's own choice changes with every restart. */
  private static GenericContainer<?> container(String image, int port) {
    GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image));
    int published = FreePorts.next();
    boolean local = DockerClientFactory.instance().dockerHostIpAddress().equals("localhost");
    Ports.Binding binding =
        local
            ? Ports.Binding.bindIpAndPort("127.0.0.1", published)
            : Ports.Binding.bindPort(published);
    container.withExposedPorts(port);
    container.withCreateContainerCmdModifier(
        command -> {
          HostConfig host = Objects.requireNonNullElseGet(command.getHostConfig(), HostConfig::new);
          command.withHostConfig(
              host.withPortBindings(new PortBinding(binding, new ExposedPort(port))));
        });
    return container;
  }

  /** Asks once for each JVM, since a failure can take long; fails alike ever after. */
  private synchronized DockerImages images() {
    if (refusal != null) {
      throw new IllegalStateException(refusal);
    }
    if (images != null) {
      return images;
    }
    try {
      TransportConfig transport = DockerClientFactory.instance().getTransportConfig();
      DockerImages found =
          new DockerImages(DockerClientProviderStrategy.getClientForConfig(transport));
      found.requireHelper();
      images = found;
      return found;
    } catch (RuntimeException e) {
      refusal = String.valueOf(e.getMessage());
      throw new IllegalStateException(refusal, e);
    }
  }
}
