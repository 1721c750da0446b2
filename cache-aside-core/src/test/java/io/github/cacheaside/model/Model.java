package io.github.cacheaside.model;

/**
 * A protocol with some readers and writers on one key, as a state machine.
 *
 * @param <S> a state: everything that the future depends on, comparable by {@code equals}
 */
interface Model<S> {

  S start();

  /** Takes, one by one, every step that an actor or the world around can take in this state. */
  void steps(S state, Steps<S> steps);

  /** Where a model puts its steps. */
  interface Steps<S> {

    void to(S next);

    /** Tells that a promise is broken, by a step out of this state or by the state itself. */
    void broken(Promise promise);
  }

  /** What must never happen, in the order of the table in {@code protocol.md}. */
  enum Promise {
    /** All is quiet, and the cache would serve a value older than the database's. */
    NOT_STALE_FOR_EVER,
    /** A read returned less than a write that had returned before the read began. */
    NOT_STALE_AFTER_ACK,
    /** A read returned less than what was committed before the read began. */
    NOT_STALE_AFTER_COMMIT
  }
}
