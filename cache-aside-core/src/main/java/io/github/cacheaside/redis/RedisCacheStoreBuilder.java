package io.github.cacheaside.redis;

import static java.util.Objects.requireNonNull;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link RedisCacheStore} whose URI can't say everything: TLS with certificates of your
 * own, credentials that change.
 *
 * <p>What is set here holds for every connection of the store: for commands, for near caches, for
 * being told of the end of loads, to each node of a cluster. Not thread-safe.
 */
public final class RedisCacheStoreBuilder {
  /** The shortest time between two renewals: 1 second. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final Function<ConnectionOptions, RedisCacheStore> opener;

  private SslOptions ssl = SslOptions.create();
  private Supplier<@Nullable RedisCredentialsProvider> credentials = () -> null;

  RedisCacheStoreBuilder(Function<ConnectionOptions, RedisCacheStore> opener) {
    this.opener = opener;
  }

  /**
   * Which authorities to trust and how to identify this client, for URIs that ask for TLS ({@code
   * rediss://}). Default: the certificate authorities of the JVM, no client certificate. That the
   * certificate names the host is checked unless the URI says otherwise ({@code verifyPeer}).
   *
   * @param options trust store or CA certificates, key store or certificate and key, protocols
   * @return this
   * @throws IllegalArgumentException if a file or its password is of no use; the message names no
   *     password
   */
  public RedisCacheStoreBuilder ssl(SslOptions options) {
    requireNonNull(options, "options");
    try {
      options.createSslContextBuilder().build();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      // now, since later it would look like a Redis that can't be reached
      throw new IllegalArgumentException("options can't be used for TLS: " + e, e);
    }
    this.ssl = options;
    return this;
  }

  /**
   * Credentials that a provider of the application knows. It is asked each time a connection is
   * made. If it {@linkplain RedisCredentialsProvider#supportsStreaming() streams}, all connections
   * are authenticated again, in place, whenever it tells of new ones. Replaces those of the URI.
   *
   * @param provider must not block; stays the caller's to close
   * @return this
   */
  public RedisCacheStoreBuilder credentials(RedisCredentialsProvider provider) {
    requireNonNull(provider, "provider");
    this.credentials = () -> provider;
    return this;
  }

  /**
   * Credentials that end, such as the tokens of a cloud. They are fetched when a connection is made
   * (but at most once a second, however many are made), and again every so often; all connections
   * are then authenticated again, in place. Only the first connection waits for that; others use
   * what was fetched last until the new ones are there. If fetching fails, it is tried again after
   * 1 second, then ever more seldom, down to once a minute. Replaces those of the URI.
   *
   * @param fetch may block, as it has a thread of its own; is never called twice at the same time
   * @param renewEvery how often; less than the credentials live, at least 1 second
   * @return this
   * @throws IllegalArgumentException if the time is less than 1 second
   */
  public RedisCacheStoreBuilder credentials(Supplier<RedisCredentials> fetch, Duration renewEvery) {
    requireNonNull(fetch, "fetch");
    if (requireNonNull(renewEvery, "renewEvery").compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("renewEvery must be at least 1 second: " + renewEvery);
    }
    this.credentials = () -> new SuppliedCredentials(fetch, renewEvery);
    return this;
  }

  /**
   * Connects, as {@link RedisCacheStore#connect(String)} does: a Redis that refuses, or whose
   * certificate is not to be trusted, is logged by one WARN with the reason, and tried again.
   *
   * @return the store; close it
   * @throws IllegalArgumentException if the URI is not one; the message hides its password
   * @throws IllegalStateException if Lettuce or Netty on the class path are too old or do not fit
   *     each other; the message names their versions
   */
  public RedisCacheStore connect() {
    try {
      return opener.apply(new ConnectionOptions(ssl, credentials.get()));
    } catch (LinkageError e) {
      throw Versions.unfit(e);
    }
  }
}
