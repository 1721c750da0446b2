-- Makes a value a stale copy and ends every right to fill; the marks of fenced writes stay.
-- KEYS[1] key; ARGV[1] how long the copy may stay, in ms; its TTL is never made longer.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 39)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if type(head) == 'string' and string.sub(head, 1, 2) == 'W\1' then
  return 0
end
if type(head) ~= 'string' or string.sub(head, 1, 2) ~= 'V\1' or #head < 40 then
  return redis.call('UNLINK', KEYS[1])
end
redis.call('SETRANGE', KEYS[1], 3, string.char(bit.bor(string.byte(head, 4), 4)) .. string.rep('\0', 16))
redis.call('SETRANGE', KEYS[1], 28, string.rep('\0', 12))
local left = redis.call('PTTL', KEYS[1])
if left < 0 or left > tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return 1
