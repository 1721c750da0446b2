/**
 * What subjects run against: the databases behind the caches, and ways to do harm to Redis. Uses
 * {@code load} for its pauses and ledgers, and nothing above.
 *
 * <p>Begin with {@link Database} and {@link Row}, the truth that all caches copy; {@link
 * SqlDatabase} is a real one. {@link RedisFaults} harms a Redis; {@link FeedProxy} the connections
 * that tell near caches of changes; {@link LockstepProxy} counts round trips. Other harm to a
 * network is done by the {@code TcpProxy} of the testkit.
 */
@NullMarked
package io.github.cacheaside.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
