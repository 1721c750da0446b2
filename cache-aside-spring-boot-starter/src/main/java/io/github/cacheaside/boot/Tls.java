package io.github.cacheaside.boot;

import io.lettuce.core.SslOptions;
import org.springframework.boot.ssl.SslBundle;

/** An SSL bundle of Boot as Lettuce wants it. */
final class Tls {
  private Tls() {}

  static SslOptions options(SslBundle bundle) {
    SslOptions.Builder options =
        SslOptions.builder()
            .keyManager(bundle.getManagers().getKeyManagerFactory())
            .trustManager(bundle.getManagers().getTrustManagerFactory());
    if (bundle.getOptions().getCiphers() != null) {
      options.cipherSuites(bundle.getOptions().getCiphers());
    }
    if (bundle.getOptions().getEnabledProtocols() != null) {
      options.protocols(bundle.getOptions().getEnabledProtocols());
    }
    return options.build();
  }
}
