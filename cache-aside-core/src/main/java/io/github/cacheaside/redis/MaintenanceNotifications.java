package io.github.cacheaside.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;

/**
 * Maintenance notifications: a service of some vendors, which Lettuce asks each server for since
 * its version 7.0, by a command that a user without rights need not be refused.
 */
final class MaintenanceNotifications {
  private static final boolean KNOWN = Versions.has("io.lettuce.core.MaintNotificationsConfig");

  private MaintenanceNotifications() {}

  /** Has the client not ask for them. Where Lettuce does not know them, there is nothing to do. */
  static void switchOff(ClientOptions.Builder options) {
    if (KNOWN) {
      SinceLettuce7.switchOff(options);
    }
  }

  /** The only class that refers to what came with 7.0; not linked where Lettuce is older. */
  private static final class SinceLettuce7 {
    static void switchOff(ClientOptions.Builder options) {
      options.maintNotificationsConfig(MaintNotificationsConfig.disabled());
    }
  }
}
