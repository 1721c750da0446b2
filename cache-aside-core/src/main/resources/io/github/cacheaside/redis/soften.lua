-- Makes a value a stale copy and ends every right to fill; the marks of fenced writes stay.
-- KEYS[1] key; ARGV[1] how long the copy may stay, in ms; its TTL is never made longer.
-- No lease and no mark of this library lives for an hour: without a TTL, or with a longer one, it
-- was put there by another program, and is garbage.
local function isForeign()
  local left = redis.call('PTTL', KEYS[1])
  return left < 0 or left > 3600000
end
local head = redis.pcall('GETRANGE', KEYS[1], 0, 39)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if type(head) == 'string' and string.sub(head, 1, 2) == 'W\1' and not isForeign() then
  return 0
end
local flags = type(head) == 'string' and string.sub(head, 1, 2) == 'V\1' and string.byte(head, 4)
local withLease = flags and bit.band(flags, 36) ~= 0
if not flags or withLease and #head < 40 then
  return redis.call('UNLINK', KEYS[1])
end
flags = string.char(bit.bor(flags, 4))
local left = redis.call('PTTL', KEYS[1])
local shorter = left < 0 or left > tonumber(ARGV[1])
if withLease then
  redis.call('SETRANGE', KEYS[1], 3, flags .. string.rep('\0', 16))
  redis.call('SETRANGE', KEYS[1], 28, string.rep('\0', 12))
  if shorter then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
else -- makes room for the lease of its reload
  local rest = redis.call('GETRANGE', KEYS[1], 4, -1)
  redis.call('SET', KEYS[1], string.sub(head, 1, 3) .. flags .. string.rep('\0', 36) .. rest,
    'PX', shorter and ARGV[1] or math.max(1, left))
end
return 1
