package io.github.cacheaside.examples.spring;

import java.io.Serializable;

/**
 * A row. It is serializable for Spring's own Redis cache, which writes Java's serialization.
 *
 * @param version raised by each change
 */
public record Planet(long id, String name, long version) implements Versioned, Serializable {}
