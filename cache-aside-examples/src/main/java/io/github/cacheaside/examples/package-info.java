@NullMarked
package io.github.cacheaside.examples;

import org.jspecify.annotations.NullMarked;
