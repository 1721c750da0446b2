/**
 * The walk of a read: look near, look into the store, judge the age, answer, or have the miss
 * resolved by {@code load}.
 *
 * <p>Begin with {@code CacheReader}. {@code BlockingRead} is the walk of every caller that blocks,
 * and where its miss begins ({@code ifMissing}); {@code BulkRead} and {@code Warmer} are for many
 * keys.
 */
@NullMarked
package io.github.cacheaside.engine.read;

import org.jspecify.annotations.NullMarked;
