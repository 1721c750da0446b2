/** What the texts of SQL statements say, as far as words go. Not for use outside this library. */
@NullMarked
package io.github.cacheaside.jdbc.text;

import org.jspecify.annotations.NullMarked;
