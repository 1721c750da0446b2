-- What is to be invalidated, written by the transactions that change rows. PostgreSQL 13 and later.
-- A trigger or a script may write here too: INSERT INTO cache_aside_outbox (cache, kind, name) VALUES ('planet', 'key', '3')
CREATE TABLE IF NOT EXISTS cache_aside_outbox (
  id VARCHAR(36) NOT NULL DEFAULT gen_random_uuid()::text PRIMARY KEY,
  cache VARCHAR(255) NOT NULL,
  kind VARCHAR(3) NOT NULL,
  name TEXT NOT NULL,
  due TIMESTAMPTZ NOT NULL DEFAULT statement_timestamp(),
  written TIMESTAMPTZ NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX IF NOT EXISTS cache_aside_outbox_due ON cache_aside_outbox (cache, due)
