-- Replaces a hash and gives it its TTL, in one step.
-- KEYS[1] key; ARGV[1] TTL in ms; ARGV[2..] field, value, field, value, …
redis.call('UNLINK', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
