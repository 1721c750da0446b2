/**
 * What a cache store must do, as tests to inherit from: {@link
 * io.github.cacheaside.testkit.contract.CacheStoreContract}, and {@link
 * io.github.cacheaside.testkit.contract.CacheStoreWatchContract} for one that tells of changes.
 */
@NullMarked
package io.github.cacheaside.testkit.contract;

import org.jspecify.annotations.NullMarked;
