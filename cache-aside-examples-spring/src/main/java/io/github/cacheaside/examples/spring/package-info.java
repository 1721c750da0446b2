/** A small Spring Boot application, and the same load on two caches. */
@NullMarked
package io.github.cacheaside.examples.spring;

import org.jspecify.annotations.NullMarked;
