package io.github.cacheaside;

/** A serializer that reads many values at less cost than each for itself. */
interface BatchSerializer<V> extends Serializer<V> {

  /** Begins to read values, one after the other; of one thread, which closes it. */
  Batch<V> batch();

  /** Reads values one after the other. What becomes of one does not touch the others. */
  interface Batch<V> extends AutoCloseable {

    /** Like {@link Serializer#deserialize(byte[], int)}. */
    V deserialize(byte[] bytes, int offset) throws Exception;

    @Override
    default void close() {}
  }
}
