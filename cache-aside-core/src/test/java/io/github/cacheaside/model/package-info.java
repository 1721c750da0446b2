/** The protocol as small state machines, and a walker that visits every interleaving of them. */
@NullMarked
package io.github.cacheaside.model;

import org.jspecify.annotations.NullMarked;
