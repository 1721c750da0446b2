-- Grants the right to reload a value that is still there; payload and TTL stay as they are.
-- KEYS[1] key; ARGV[1] the marker "L" with the caller's token, 20 bytes; ARGV[2] lease in ms;
-- ARGV[3] when the value that the caller saw was written, 8 bytes; ARGV[4] how many ms before the
-- end of its freshness is early enough.
-- Answers "G" when granted, "F" when it is too early, "R" when another load refreshes; if it is not
-- the value that was seen, what is there: nothing, "L", "W", "U" for what is none, or the value.
-- No lease and no mark of this library lives for an hour: without a TTL, or with a longer one, it
-- was put there by another program, and is garbage.
local function isForeign()
  local left = redis.call('PTTL', KEYS[1])
  return left < 0 or left > 3600000
end
local head = redis.pcall('GETRANGE', KEYS[1], 0, 47)
if type(head) == 'table' then
  if not string.find(head.err, 'WRONGTYPE', 1, true) then
    return head -- no right to read: an error, and no unreadable value
  end
  return 'U'
end
local state = string.sub(head, 1, 1)
if string.byte(head, 2) == 1 and (state == 'L' or state == 'W') then
  return isForeign() and 'U' or state
end
if #head < 48 or string.sub(head, 1, 2) ~= 'V\1' or bit.band(string.byte(head, 4), 36) ~= 32
    or string.sub(head, 21, 28) ~= ARGV[3] then
  return redis.call('GET', KEYS[1])
end
local function number(first, last)
  local sum = 0
  for at = first, last do
    sum = sum * 256 + string.byte(head, at)
  end
  return sum
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now < number(21, 28) + number(41, 45) - ARGV[4] then
  return 'F'
end
local token = string.sub(ARGV[1], 5, 20)
local refreshedUntil = tonumber(string.sub(head, 29, 40), 16) or 0
if string.sub(head, 5, 20) ~= token and refreshedUntil > now
    and refreshedUntil < now + 3600000 then
  return 'R'
end
redis.call('SETRANGE', KEYS[1], 4, token)
redis.call('SETRANGE', KEYS[1], 28, string.format('%012x', now + ARGV[2]))
return 'G'
