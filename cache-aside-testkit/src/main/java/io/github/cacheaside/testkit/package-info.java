@NullMarked
package io.github.cacheaside.testkit;

import org.jspecify.annotations.NullMarked;
