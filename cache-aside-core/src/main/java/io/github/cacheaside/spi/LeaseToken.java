package io.github.cacheaside.spi;

/**
 * Names one attempt to load or to write a key: 128 random bits, never used twice, also not by JVMs
 * that were restored from one snapshot.
 *
 * @param high the first half
 * @param low the second half
 */
public record LeaseToken(long high, long low) {}
