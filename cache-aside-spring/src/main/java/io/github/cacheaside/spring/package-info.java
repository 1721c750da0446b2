/**
 * The cache behind Spring's cache abstraction: {@link
 * io.github.cacheaside.spring.CacheAsideCacheManager} is the {@code CacheManager}, and {@link
 * io.github.cacheaside.spring.EnableCacheAside} fences the annotated methods and makes
 * invalidations a part of the transaction.
 */
@NullMarked
package io.github.cacheaside.spring;

import org.jspecify.annotations.NullMarked;
