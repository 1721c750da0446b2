/** Tests of an application as its developers write them. */
@NullMarked
package io.github.cacheaside.boot.testing;

import org.jspecify.annotations.NullMarked;
