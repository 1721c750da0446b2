@org.jspecify.annotations.NullMarked
package io.github.cacheaside.boot;
