-- What is to be invalidated, written by the transactions that change rows. H2 2.2 and later.
-- A trigger or a script may write here too: INSERT INTO cache_aside_outbox (cache, kind, name) VALUES ('planet', 'key', '3')
CREATE TABLE IF NOT EXISTS cache_aside_outbox (
  id VARCHAR(36) DEFAULT CAST(RANDOM_UUID() AS VARCHAR(36)) NOT NULL PRIMARY KEY,
  cache VARCHAR(255) NOT NULL,
  kind VARCHAR(3) NOT NULL,
  name VARCHAR NOT NULL,
  due TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL,
  written TIMESTAMP(6) WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_aside_outbox_due ON cache_aside_outbox (cache, due)
