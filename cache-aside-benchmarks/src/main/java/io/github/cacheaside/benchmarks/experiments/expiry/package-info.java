/** What callers pay when a value expires. Begin with {@link ExpiryExperiment}. */
@NullMarked
package io.github.cacheaside.benchmarks.experiments.expiry;

import org.jspecify.annotations.NullMarked;
