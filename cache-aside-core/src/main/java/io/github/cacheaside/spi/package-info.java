/**
 * The seam to a store: what a {@link io.github.cacheaside.spi.CacheStore} does, what it finds, and
 * what it keeps. Applications may write a store; {@link
 * io.github.cacheaside.spi.ForwardingCacheStore} stands in front of one.
 *
 * <p>Begin with {@link io.github.cacheaside.spi.CacheStore}. Of the engine it knows nothing but how
 * a token is made.
 */
@NullMarked
package io.github.cacheaside.spi;

import org.jspecify.annotations.NullMarked;
