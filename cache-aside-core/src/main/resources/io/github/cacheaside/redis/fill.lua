-- Writes a loaded value while its lease stands.
-- KEYS[1] key; ARGV[1] the marker with the token, 20 bytes; ARGV[2] value; ARGV[3] TTL in ms.
if redis.pcall('GETRANGE', KEYS[1], 0, 19) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return 1
end
return 0
