/**
 * The Redis store: leases, fences and two layouts that other programs can read (plain strings and
 * hashes), over Lettuce 6.6 to 7.7 and the Netty that it asks for, 4.1 or 4.2. No feature needs a
 * newer one than the oldest.
 *
 * <p>Begin with {@code RedisCacheStore}, then {@code Script} and the Lua files beside it, and
 * {@code Wire} for the bytes. {@code ReadBatcher} sends reads in batches; {@code ManagedConnection}
 * keeps a connection alive.
 */
@NullMarked
package io.github.cacheaside.redis;

import org.jspecify.annotations.NullMarked;
