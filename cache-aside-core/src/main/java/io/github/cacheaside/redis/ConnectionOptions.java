package io.github.cacheaside.redis;

import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How every connection of a store proves who it is, who Redis has to be, and how large a reply may
 * be.
 */
record ConnectionOptions(
    SslOptions ssl, @Nullable RedisCredentialsProvider credentials, ReplyLimit.Bound bound)
    implements AutoCloseable {

  ConnectionOptions(SslOptions ssl, @Nullable RedisCredentialsProvider credentials) {
    this(ssl, credentials, new ReplyLimit.Bound());
  }

  /** The certificate authorities of the JVM, and the credentials of the URI. */
  static ConnectionOptions standard() {
    return new ConnectionOptions(SslOptions.create(), null);
  }

  /**
   * Puts the credentials into a URI, from where all its connections take them. Connections of
   * clients that don't say which library they are need no right to {@code CLIENT SETINFO}.
   */
  void apply(RedisURI uri) {
    uri.setLibraryName("");
    uri.setLibraryVersion("");
    uri.getSentinels()
        .forEach(
            sentinel -> {
              sentinel.setLibraryName("");
              sentinel.setLibraryVersion("");
            });
    if (credentials != null) {
      uri.setCredentialsProvider(credentials);
    }
  }

  /**
   * Connects as soon as there are credentials. What goes wrong fails the stage.
   *
   * @param connect does not block, but may throw, as where a host does not resolve
   */
  <C> CompletionStage<C> connect(Supplier<? extends CompletionStage<C>> connect) {
    try {
      return credentials instanceof SuppliedCredentials supplied
          ? supplied.known().thenCompose(known -> connect.get())
          : connect.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Ends what was started for this store; providers of the application stay open. */
  @Override
  public void close() {
    if (credentials instanceof SuppliedCredentials supplied) {
      supplied.close();
    }
  }
}
