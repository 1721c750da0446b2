/**
 * Which tables a statement reads or writes, by an SQL parser: {@link
 * io.github.cacheaside.jdbc.tables.SqlTables}.
 */
@NullMarked
package io.github.cacheaside.jdbc.tables;

import org.jspecify.annotations.NullMarked;
