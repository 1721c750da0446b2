/**
 * The second-level cache of MyBatis' mappers. {@link io.github.cacheaside.mybatis.FencedCache} is
 * what a mapper names in its {@code <cache type="…"/>}; {@link
 * io.github.cacheaside.mybatis.CacheAsideInterceptor} gives it the store and fences it at each
 * commit. Begin reading there.
 */
@NullMarked
package io.github.cacheaside.mybatis;

import org.jspecify.annotations.NullMarked;
