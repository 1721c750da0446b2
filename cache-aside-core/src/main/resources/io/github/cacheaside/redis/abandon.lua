-- Gives a lease back; a stale copy stays. KEYS[1] key; ARGV[1] the marker with the token, 20 bytes.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 19)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == ARGV[1] then
  return redis.call('UNLINK', KEYS[1])
end
if type(head) == 'string' and string.sub(head, 1, 2) == 'V\1'
    and string.sub(head, 5) == string.sub(ARGV[1], 5)
    and bit.band(string.byte(head, 4), 36) ~= 0 then -- else these are bytes of the payload
  redis.call('SETRANGE', KEYS[1], 4, string.rep('\0', 16))
  redis.call('SETRANGE', KEYS[1], 28, string.rep('\0', 12))
  return 1
end
return 0
