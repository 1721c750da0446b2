@NullMarked
package io.github.cacheaside.jdbc;

import org.jspecify.annotations.NullMarked;
