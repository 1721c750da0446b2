/**
 * What becomes of a miss: one flight a key in this JVM, one lease a key in the store, the loader,
 * the fill; and reloads of old values.
 *
 * <p>Begin with {@code Attempt}, whose steps are those of the protocol. A caller that blocks comes
 * from {@code BlockingRead.ifMissing} in {@code read}; asynchronous and bulk reads, and callers
 * that join another's load, come by {@code MissResolver}. The lease is asked for, renewed and given
 * back in {@code Leases}; which loads run, where and within which limits, is {@code LoadRunner}'s.
 */
@NullMarked
package io.github.cacheaside.engine.load;

import org.jspecify.annotations.NullMarked;
