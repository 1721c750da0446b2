/**
 * What every room of the engine uses: what the builder was told ({@code Settings}), tokens, timers,
 * and small helpers.
 *
 * <p>Begin with {@code Settings}.
 */
@NullMarked
package io.github.cacheaside.engine.base;

import org.jspecify.annotations.NullMarked;
