package io.github.cacheaside.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * Finds an image: the wanted one if it is there or can be pulled within 5 minutes, else a local one
 * of the same family.
 *
 * <p>Testcontainers would try to pull for 2 minutes where there is no registry.
 */
final class DockerImages {
  private static final Logger log = LoggerFactory.getLogger(TestServers.class);

  private DockerImages() {}

  static String obtain(String wanted, List<String> families) {
    DockerClient client = DockerClientFactory.lazyClient();
    if (isLocal(client, wanted)) {
      return wanted;
    }
    try {
      pull(client, wanted);
      return wanted;
    } catch (RuntimeException e) {
      String reason = "image " + wanted + " can't be pulled: " + firstLine(e);
      String other =
          local(client, families).orElseThrow(() -> new IllegalStateException(reason, e));
      log.warn("{}; the local image {} is taken", reason, other);
      return other;
    }
  }

  private static boolean isLocal(DockerClient client, String image) {
    try {
      client.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private static void pull(DockerClient client, String image) {
    DockerImageName name = DockerImageName.parse(image);
    try (PullImageResultCallback callback = new PullImageResultCallback()) {
      boolean done =
          client
              .pullImageCmd(name.getUnversionedPart())
              .withTag(name.getVersionPart())
              .exec(callback)
              .awaitCompletion(5, TimeUnit.MINUTES);
      if (!done) {
        throw new DockerException("not done after 5 minutes", 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pulling " + image, e);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Optional<String> local(DockerClient client, List<String> families) {
    return client.listImagesCmd().exec().stream()
        .map(Image::getRepoTags)
        .flatMap(tags -> tags == null ? Stream.empty() : Arrays.stream(tags))
        .filter(tag -> families.stream().anyMatch(family -> tag.startsWith(family + ":")))
        .sorted()
        .findFirst();
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
