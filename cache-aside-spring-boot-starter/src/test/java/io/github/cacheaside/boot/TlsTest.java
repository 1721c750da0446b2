package io.github.cacheaside.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContext;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/** What an SSL bundle says is what connections do. */
final class TlsTest {
  private static final String CIPHER = "TLS_AES_128_GCM_SHA256";

  @Test
  void ciphersOfTheBundle() throws Exception {
    SslBundle bundle =
        SslBundle.of(
            SslStoreBundle.NONE,
            SslBundleKey.NONE,
            SslOptions.of(Set.of(CIPHER), Set.of("TLSv1.3")));
    SslContext context = Tls.options(bundle).createSslContextBuilder().build();
    assertThat(context.cipherSuites()).containsExactly(CIPHER);
  }
}
