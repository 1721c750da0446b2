package io.github.cacheaside.examples.spring;

/** What is read tells of which version it is, so that a checker can see what is stale. */
interface Versioned {
  long version();
}
