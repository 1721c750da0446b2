/**
 * What lies under a key, and how it is read and written: the value ({@code Values}), the
 * generations of its tags ({@code Generations}), its age ({@code Ages}), and the copy in this JVM
 * ({@code NearCache}, where a near hit is refused).
 *
 * <p>Begin with {@code StoreReader} and {@code StoreFiller}. Loads nothing, waits for nothing.
 */
@NullMarked
package io.github.cacheaside.engine.entry;

import org.jspecify.annotations.NullMarked;
