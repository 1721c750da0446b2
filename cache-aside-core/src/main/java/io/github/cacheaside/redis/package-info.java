/** The Redis store: leases, intents and two foreign layouts over lettuce. */
@NullMarked
package io.github.cacheaside.redis;

import org.jspecify.annotations.NullMarked;
