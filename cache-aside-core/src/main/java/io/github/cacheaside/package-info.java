@NullMarked
package io.github.cacheaside;

import org.jspecify.annotations.NullMarked;
