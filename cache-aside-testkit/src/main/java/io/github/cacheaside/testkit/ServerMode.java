package io.github.cacheaside.testkit;

import java.util.Locale;

/** Where servers may come from. */
enum ServerMode {
  /** The environment, else Docker, else embedded. */
  AUTO,
  /** Only the servers that environment variables name. */
  ENV,
  /** Only containers. */
  DOCKER,
  /** Only server programs from Maven artifacts. */
  EMBEDDED;

  static ServerMode of(String name) {
    for (ServerMode mode : values()) {
      if (mode.name().toLowerCase(Locale.ROOT).equals(name)) {
        return mode;
      }
    }
    throw new IllegalStateException(
        Settings.MODE + " must be auto, env, docker or embedded: " + name);
  }
}
