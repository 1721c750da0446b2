package io.github.cacheaside.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.PullResponseItem;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.testcontainers.utility.DockerImageName;

/** One pull of an image; unlike the client's own, it logs no stack trace when there is none. */
final class ImagePull extends ResultCallback.Adapter<PullResponseItem> {
  private static final int LIMIT_MINUTES = 5;

  private volatile @Nullable String failure;

  private ImagePull() {}

  static void run(DockerClient client, String image) {
    DockerImageName name = DockerImageName.parse(image);
    try (ImagePull pull = new ImagePull()) {
      client.pullImageCmd(name.getUnversionedPart()).withTag(name.getVersionPart()).exec(pull);
      boolean done = pull.awaitCompletion(LIMIT_MINUTES, TimeUnit.MINUTES);
      String failure = done ? pull.failure : "not done after " + LIMIT_MINUTES + " minutes";
      if (failure != null) {
        throw new IllegalStateException("image " + image + " can't be pulled: " + failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while pulling " + image, e);
    } catch (IOException e) {
      throw new IllegalStateException("image " + image + " can't be pulled", e);
    }
  }

  @Override
  public void onNext(PullResponseItem item) {
    boolean failed = item.isErrorIndicated();
    if (failed && item.getErrorDetail() != null) {
      failure = item.getErrorDetail().getMessage();
    }
  }

  @Override
  public void onError(Throwable error) {
    failure = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    onComplete();
  }
}
