-- Makes a standing lease last longer; never grants one anew.
-- KEYS[1] key; ARGV[1] the marker with the token, 20 bytes; ARGV[2] lease in ms.
if redis.pcall('GETRANGE', KEYS[1], 0, 19) == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return 0
