/**
 * What calls subjects, measures how long they take, and judges what they answer. Uses only {@code
 * report}.
 *
 * <p>Begin with {@link Hammer}, which calls as often as it goes, {@link OpenLoop}, which calls at a
 * fixed rate, and {@link Rounds}, which compares subjects that take turns. {@link Oracle} says
 * whether a read was stale; it looks into {@link SharedMemory} where several JVMs take part. {@link
 * WriteLedger} and {@link AcknowledgedVersions} tell how old a stale answer was.
 */
@NullMarked
package io.github.cacheaside.benchmarks.load;

import org.jspecify.annotations.NullMarked;
