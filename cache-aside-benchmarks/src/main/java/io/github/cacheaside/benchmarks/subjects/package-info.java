/**
 * The caches that are compared, each behind the same interface. Uses {@code servers} and {@code
 * load}.
 *
 * <p>Begin with {@link Subject} and {@link LeaseSubject}, this library as most applications use it.
 * {@link Subjects} has them by name, {@link NearSubjects} those with a near cache; {@link Writes}
 * is how all of them write. {@link NaiveSubject} is what one writes in ten lines, {@link
 * WrongOrderSubject} and {@code mutants} are this library with one rule broken: experiments must
 * see them fail.
 */
@NullMarked
package io.github.cacheaside.benchmarks.subjects;

import org.jspecify.annotations.NullMarked;
