/**
 * Binds caches to SQL over any {@code DataSource}: {@link io.github.cacheaside.jdbc.JdbcLoader}
 * reads rows for a cache ({@code ResultMapper} and {@code RowBinder} make objects of them, {@code
 * RecordBinder} a record), {@link io.github.cacheaside.jdbc.JdbcWriter} changes them and
 * invalidates after the commit, {@link io.github.cacheaside.jdbc.SqlCache} caches whole results.
 * The room {@code values} below has what drivers and applications mean by a value; nothing there
 * knows of rows, queries or caches.
 */
@NullMarked
package io.github.cacheaside.jdbc;

import org.jspecify.annotations.NullMarked;
