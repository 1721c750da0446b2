package io.github.cacheaside;

/**
 * Names one attempt to load or to write a key: 128 bits, random per JVM start plus a counter, never
 * used twice.
 *
 * @param high the part that names the issuer
 * @param low the part that the issuer counts up
 */
public record LeaseToken(long high, long low) {}
