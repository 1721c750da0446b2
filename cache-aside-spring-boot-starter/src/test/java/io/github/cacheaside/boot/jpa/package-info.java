/** An application with JPA and a web server, on a real database and a real Redis. */
@NullMarked
package io.github.cacheaside.boot.jpa;

import org.jspecify.annotations.NullMarked;
