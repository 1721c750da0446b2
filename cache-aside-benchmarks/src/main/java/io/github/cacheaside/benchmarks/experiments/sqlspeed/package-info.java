/**
 * The pages of the example's rental shop, by what caches SQL: how quick they are, and what the data
 * source that caches costs where it does not.
 *
 * <p>Begin with {@link SqlSpeedExperiment}; {@link ShopSubject} has the ways to the pages.
 */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.sqlspeed;

import org.jspecify.annotations.NullMarked;
