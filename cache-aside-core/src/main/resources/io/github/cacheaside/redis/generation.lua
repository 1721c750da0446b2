-- The generation of a tag; sets it if there is none, and keeps it for longer.
-- KEYS[1] key; ARGV[1] the marker "G" with a fresh token, 20 bytes; ARGV[2] its life in ms.
local marker = redis.pcall('GET', KEYS[1])
if type(marker) == 'table' and not string.find(marker.err, 'WRONGTYPE', 1, true) then
  return marker -- no right to read: an error, and no unreadable value
end
if type(marker) == 'string' and #marker == 20 and string.sub(marker, 1, 2) == 'G\1' then
  -- not every time: clients that track the key are told of a new TTL as of any other change
  if redis.call('PTTL', KEYS[1]) < ARGV[2] / 2 then
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  return marker
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
