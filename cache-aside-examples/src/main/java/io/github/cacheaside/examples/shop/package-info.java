/** A rental shop: the same three pages without a cache and with one, beside a writer. */
@NullMarked
package io.github.cacheaside.examples.shop;

import org.jspecify.annotations.NullMarked;
