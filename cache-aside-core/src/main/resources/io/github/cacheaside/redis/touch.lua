-- Makes a value live longer: from now on for so long, but not beyond the end of its freshness.
-- KEYS[1] key; ARGV[1] when the value that the caller saw was written, 8 bytes; ARGV[2] how long, in
-- ms.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 47)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if type(head) ~= 'string' or #head < 48 or string.sub(head, 1, 2) ~= 'V\1'
    or bit.band(string.byte(head, 4), 36) ~= 32 or string.sub(head, 21, 28) ~= ARGV[1] then
  return 0
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
local life = math.min(tonumber(ARGV[2]), number(21, 28) + number(41, 45) - now)
if life <= redis.call('PTTL', KEYS[1]) then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], string.format('%.0f', life))
