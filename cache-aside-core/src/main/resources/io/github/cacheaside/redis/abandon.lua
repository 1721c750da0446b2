-- Gives a lease back; a stale copy stays, and a lease or mark that is garbage goes. KEYS[1] key; ARGV[1] the marker with the token, 20 bytes.
-- No lease and no mark of this library lives for an hour: without a TTL, or with a longer one, it
-- was put there by another program, and is garbage.
local function isForeign()
  local left = redis.call('PTTL', KEYS[1])
  return left < 0 or left > 3600000
end
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
local state = type(head) == 'string' and string.sub(head, 1, 2)
if (state == 'L\1' or state == 'W\1') and isForeign() then
  redis.call('UNLINK', KEYS[1])
end
return 0
