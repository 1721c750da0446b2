/**
 * The cache behind Spring's cache abstraction: {@link
 * io.github.cacheaside.spring.CacheAsideCacheManager} is the {@code CacheManager}, and {@link
 * io.github.cacheaside.spring.EnableCacheAside} fences the annotated methods and makes
 * invalidations a part of the transaction. A call of an annotated method begins in {@code
 * FencedCacheInterceptor}, which makes an {@code Invocation} of it with one {@code InvokedCache}
 * for each cache it names. The room {@code transactions} below has what a transaction has changed,
 * and what loads run outside of.
 */
@NullMarked
package io.github.cacheaside.spring;

import org.jspecify.annotations.NullMarked;
