package io.github.cacheaside.redis;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Certificates made for one run, by the JDK's {@code keytool}. */
final class Certificates {
  static final String PASSWORD = "changeit";

  private final Path directory;
  private final KeyStore all;

  Certificates(Path directory) throws IOException, GeneralSecurityException {
    this.directory = directory;
    authority("ca");
    authority("stranger");
    signed("server", "-ext", "san=dns:localhost,ip:127.0.0.1");
    signed("elsewhere", "-ext", "san=dns:elsewhere.example");
    signed("expired", "-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "5");
    signed("client");
    this.all = load(directory.resolve("all.p12"));
  }

  private void authority(String alias) throws IOException {
    keytool("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-ext", "bc=ca:true");
  }

  private void signed(String alias, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-signer", "ca"));
    arguments.addAll(List.of(more));
    keytool(arguments.toArray(String[]::new));
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", directory.resolve("all.p12").toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool.log").toFile())
            .start();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(Files.readString(directory.resolve("keytool.log")));
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  /** The certificate of an authority, as PEM. */
  File pem(String alias) throws IOException, GeneralSecurityException {
    return pem(alias + ".pem", "CERTIFICATE", all.getCertificate(alias).getEncoded());
  }

  /** A private key, as PEM. */
  File keyPem(String alias) throws IOException, GeneralSecurityException {
    byte[] key = all.getKey(alias, PASSWORD.toCharArray()).getEncoded();
    return pem(alias + ".key", "PRIVATE KEY", key);
  }

  private File pem(String name, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Path file = directory.resolve(name);
    String text = "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what);
    return Files.writeString(file, text).toFile();
  }

  /** A key store with one key and its certificates. */
  File keyStore(String alias) throws IOException, GeneralSecurityException {
    Path file = directory.resolve(alias + ".p12");
    try (var out = Files.newOutputStream(file)) {
      only(alias).store(out, PASSWORD.toCharArray());
    }
    return file.toFile();
  }

  private KeyStore only(String alias) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    Key key = all.getKey(alias, PASSWORD.toCharArray());
    store.setKeyEntry(alias, key, PASSWORD.toCharArray(), all.getCertificateChain(alias));
    return store;
  }

  /** What a server needs that shows this certificate and trusts those of our authority. */
  SSLContext server(String alias) throws IOException, GeneralSecurityException {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(only(alias), PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", all.getCertificate("ca"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
