/** cache-aside in a Spring Boot application. */
@NullMarked
package io.github.cacheaside.boot;

import org.jspecify.annotations.NullMarked;
