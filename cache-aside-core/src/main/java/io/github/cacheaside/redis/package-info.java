/**
 * The Redis store: leases, intents and two foreign layouts over Lettuce 6.6 to 7.7 and the Netty
 * that it asks for, 4.1 or 4.2. No feature needs a newer one than the oldest.
 */
@NullMarked
package io.github.cacheaside.redis;

import org.jspecify.annotations.NullMarked;
