package io.github.cacheaside.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.ImageNameSubstitutor;

/**
 * Finds images: the wanted one if it is there or can be pulled within 5 minutes, else a local one
 * of the same family.
 *
 * <p>Testcontainers itself keeps trying for 2 minutes where there is no registry.
 */
final class DockerImages {
  private static final Logger log = LoggerFactory.getLogger(TestServers.class);

  /** Testcontainers starts this one beside the first container, to remove what a dead JVM left. */
  private static final String HELPER = "testcontainers/ryuk";

  private final DockerClient client;

  DockerImages(DockerClient client) {
    this.client = client;
  }

  String obtain(String wanted, List<String> families) {
    String image = substituted(wanted);
    if (isLocal(image)) {
      return wanted;
    }
    try {
      ImagePull.run(client, image);
      return wanted;
    } catch (IllegalStateException e) {
      String other = local(families).findFirst().orElseThrow(() -> e);
      log.warn("{}; the local image {} is taken", e.getMessage(), other);
      return other;
    }
  }

  /** Fails at once where Testcontainers would only after minutes. */
  void requireHelper() {
    boolean disabled = Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"));
    if (disabled || local(List.of(HELPER)).findFirst().isPresent()) {
      return;
    }
    try {
      ImagePull.run(client, substituted(HELPER + ":0.14.0"));
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          e.getMessage() + "; TESTCONTAINERS_RYUK_DISABLED=true does without it", e);
    }
  }

  private static String substituted(String image) {
    return ImageNameSubstitutor.instance()
        .apply(DockerImageName.parse(image))
        .asCanonicalNameString();
  }

  private boolean isLocal(String image) {
    try {
      client.inspectImageCmd(image).exec();
      return true;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private Stream<String> local(List<String> families) {
    return client.listImagesCmd().exec().stream()
        .map(Image::getRepoTags)
        .flatMap(tags -> Optional.ofNullable(tags).stream().flatMap(Arrays::stream))
        .filter(tag -> families.stream().anyMatch(family -> tag.startsWith(family + ":")))
        .sorted();
  }
}
