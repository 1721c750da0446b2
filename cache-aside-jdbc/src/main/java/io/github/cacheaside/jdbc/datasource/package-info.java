/**
 * A data source around a data source, for code that can't change: {@link
 * io.github.cacheaside.jdbc.datasource.CachingDataSource}.
 */
@NullMarked
package io.github.cacheaside.jdbc.datasource;

import org.jspecify.annotations.NullMarked;
