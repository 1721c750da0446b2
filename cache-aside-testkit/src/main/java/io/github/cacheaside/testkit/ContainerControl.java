package io.github.cacheaside.testkit;

import com.github.dockerjava.api.DockerClient;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** Power over a container. */
final class ContainerControl implements ServerControl, Readiness.Subject {
  private static final int TAIL_CHARACTERS = 2000;

  private final String name;
  private final GenericContainer<?> container;
  private final Duration limit;
  private final Readiness.Check check;
  private final Runnable closing = this::close;
  private boolean paused;

  ContainerControl(
      String name, GenericContainer<?> container, Duration limit, Readiness.Check check) {
    this.name = name;
    this.container = container;
    this.limit = limit;
    this.check = check;
  }

  void start() {
    OpenServers.add(closing);
    try {
      container.waitingFor(new NoWait());
      container.start();
      awaitReady();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public synchronized void pause() {
    client().pauseContainerCmd(container.getContainerId()).exec();
    paused = true;
  }

  @Override
  public synchronized void resume() {
    client().unpauseContainerCmd(container.getContainerId()).exec();
    paused = false;
  }

  @Override
  public synchronized void kill() {
    if (paused) {
      resume(); // some engines refuse to kill a paused container
    }
    client().killContainerCmd(container.getContainerId()).exec();
    Readiness.await("the end of " + name, limit, Readiness.UNKNOWN, () -> !isAlive());
  }

  @Override
  public void restart() {
    client().startContainerCmd(container.getContainerId()).exec();
    awaitReady();
  }

  @Override
  public synchronized void close() {
    OpenServers.remove(closing);
    if (paused) {
      resume();
    }
    container.stop();
  }

  @Override
  public boolean isAlive() {
    return container.isRunning();
  }

  @Override
  public String tail() {
    String logs = container.getLogs();
    return logs.substring(Math.max(0, logs.length() - TAIL_CHARACTERS));
  }

  private void awaitReady() {
    Readiness.await(name, limit, this, check);
  }

  private static DockerClient client() {
    return org.testcontainers.DockerClientFactory.lazyClient();
  }

  /** Readiness is asked for here, from outside the container. */
  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
