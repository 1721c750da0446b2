/**
 * What drivers and applications mean by a value of a column or a parameter. No API: public only for
 * the package above.
 *
 * <p>{@link io.github.cacheaside.jdbc.values.ColumnReader} reads one column exactly, as its {@link
 * io.github.cacheaside.jdbc.values.DatabaseKind} needs it: begin here. {@link
 * io.github.cacheaside.jdbc.values.SqlForms} keeps what the driver gave beside its text and its
 * moment; {@link io.github.cacheaside.jdbc.values.Conversions} makes of it what a component or an
 * accessor wants; {@link io.github.cacheaside.jdbc.values.SqlValues} copies and compares. {@link
 * io.github.cacheaside.jdbc.values.Parameters} goes the other way, into a statement. {@link
 * io.github.cacheaside.jdbc.values.ValueType} and {@link io.github.cacheaside.jdbc.values.JsonText}
 * are how values are written into a cache. This room uses nothing of the package above.
 */
@NullMarked
package io.github.cacheaside.jdbc.values;

import org.jspecify.annotations.NullMarked;
