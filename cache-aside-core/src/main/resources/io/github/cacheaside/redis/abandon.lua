-- Gives a lease back. KEYS[1] key; ARGV[1] the marker with the token, 20 bytes.
if redis.pcall('GETRANGE', KEYS[1], 0, 19) == ARGV[1] then
  return redis.call('UNLINK', KEYS[1])
end
return 0
