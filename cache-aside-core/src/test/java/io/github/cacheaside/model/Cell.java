package io.github.cacheaside.model;

/**
 * What the store holds under the key.
 *
 * @param state which state it is in
 * @param detail the version of a value, the reader who holds a lease, or the set of writers (one
 *     bit each) who have marked it
 */
record Cell(State state, int detail) {

  /** The states of a key in {@code protocol.md}. */
  enum State {
    ABSENT,
    VALUE,
    LOADING,
    WRITING
  }

  static final Cell ABSENT = new Cell(State.ABSENT, 0);

  static Cell value(int version) {
    return new Cell(State.VALUE, version);
  }

  static Cell loading(int reader) {
    return new Cell(State.LOADING, reader);
  }

  static Cell writing(int writers) {
    return writers == 0 ? ABSENT : new Cell(State.WRITING, writers);
  }

  boolean is(State other) {
    return state == other;
  }

  boolean isLeasedTo(int reader) {
    return state == State.LOADING && detail == reader;
  }

  /** Whether it would serve a version older than this one. */
  boolean servesOlderThan(int version) {
    return state == State.VALUE && detail < version;
  }

  /** The writers who have marked it. */
  int marks() {
    return state == State.WRITING ? detail : 0;
  }

  @Override
  public int hashCode() {
    return state.hashCode() * 8 + detail;
  }

  @Override
  public String toString() {
    return state + (state == State.ABSENT ? "" : ":" + detail);
  }
}
