/**
 * The subjects of speed: they only read what is cached, so nothing but the read is measured.
 *
 * <p>Begin with {@link Reader}; {@link Readers} has them by name, {@link LettuceReader} is the
 * floor that all are compared with.
 */
@NullMarked
package io.github.cacheaside.benchmarks.subjects.readers;

import org.jspecify.annotations.NullMarked;
