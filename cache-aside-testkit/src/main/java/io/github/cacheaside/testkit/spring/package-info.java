/**
 * For tests of applications that use Spring: {@link
 * io.github.cacheaside.testkit.spring.CacheAsideTest}. Needs {@code spring-test}, which such an
 * application has.
 */
@NullMarked
package io.github.cacheaside.testkit.spring;

import org.jspecify.annotations.NullMarked;
