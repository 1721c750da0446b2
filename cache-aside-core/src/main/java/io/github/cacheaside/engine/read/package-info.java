/**
 * The walk of a read: look near, look into the store, judge the age, answer, or have the miss
 * resolved by {@code load}.
 *
 * <p>Begin with {@code CacheReader}. {@code BlockingRead} is its fast lane for a caller that
 * blocks; {@code BulkRead} and {@code Warmer} are for many keys.
 */
@NullMarked
package io.github.cacheaside.engine.read;

import org.jspecify.annotations.NullMarked;
