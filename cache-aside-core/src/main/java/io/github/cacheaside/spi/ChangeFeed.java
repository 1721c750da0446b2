package io.github.cacheaside.spi;

/**
 * What a store tells of changes of its keys, so that values may be kept in the process.
 *
 * <p>A near cache must know not only what has changed but also until when nothing else has: a feed
 * that is cut tells nothing either. So a feed says up to which moment it is complete.
 */
@FunctionalInterface
public interface ChangeFeed {

  /**
   * The moment before which every change has been told.
   *
   * @return by {@link System#nanoTime} of this JVM; far in the past while the feed is cut
   */
  long toldUntil();

  /** Is told of changes, on a thread of the store; must be quick and not throw. */
  interface Listener {

    /**
     * A key may have changed.
     *
     * @param key the full key
     */
    void changed(String key);

    /** Any key may have changed: changes have been missed. */
    void missedChanges();

    /**
     * Whether the listener still wants to know. The store asks now and then, and forgets a listener
     * that has said no.
     *
     * @return by default true
     */
    default boolean isListening() {
      return true;
    }
  }
}
