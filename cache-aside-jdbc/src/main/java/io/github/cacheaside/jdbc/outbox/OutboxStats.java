package io.github.cacheaside.jdbc.outbox;

/**
 * What one outbox in this JVM has counted since it was built.
 *
 * @param written rows that transactions of this JVM have written; some may have been rolled back
 * @param confirmed rows whose writers had invalidated all by themselves, so that they were only
 *     deleted
 * @param drained rows that were invalidated from the table and deleted
 * @param deferred how often a row was put off, because its cache's store failed or its text is no
 *     key
 * @param failedRounds rounds that ended because the database failed
 */
public record OutboxStats(
    long written, long confirmed, long drained, long deferred, long failedRounds) {}
