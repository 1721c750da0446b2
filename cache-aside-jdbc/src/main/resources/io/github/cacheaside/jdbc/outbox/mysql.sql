-- What is to be invalidated, written by the transactions that change rows. MySQL 8.0.13 and later.
-- A trigger or a script may write here too: INSERT INTO cache_aside_outbox (cache, kind, name) VALUES ('planet', 'key', '3')
CREATE TABLE IF NOT EXISTS cache_aside_outbox (
  id CHAR(36) CHARACTER SET ascii NOT NULL DEFAULT (UUID()) PRIMARY KEY,
  cache VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  kind VARCHAR(3) CHARACTER SET ascii NOT NULL,
  name MEDIUMTEXT CHARACTER SET utf8mb4 NOT NULL,
  due DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  written DATETIME(6) NOT NULL DEFAULT (UTC_TIMESTAMP(6)),
  INDEX cache_aside_outbox_due (cache, due)
)
