-- Writes a value, unless a fenced write is in flight.
-- KEYS[1] key; ARGV[1] value; ARGV[2] TTL in ms.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 1)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == 'W\1' then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
