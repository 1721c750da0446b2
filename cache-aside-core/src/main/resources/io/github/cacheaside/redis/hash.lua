-- Replaces a hash and gives it its TTL, in one step.
-- KEYS[1] key; ARGV[1] TTL in ms; ARGV[2..] field, value, field, value, …
redis.call('UNLINK', KEYS[1])
for from = 2, #ARGV, 1000 do -- Lua can't unpack more than 8,000
  redis.call('HSET', KEYS[1], unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
