/** A tutorial and recipes for the library: code to read and to copy, run against real servers. */
@NullMarked
package io.github.cacheaside.examples;

import org.jspecify.annotations.NullMarked;
