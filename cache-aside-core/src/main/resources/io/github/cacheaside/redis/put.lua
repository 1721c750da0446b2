-- Writes a value, unless a fenced write is in flight.
-- KEYS[1] key; ARGV[1] value; ARGV[2] TTL in ms.
-- No lease and no mark of this library lives for an hour: without a TTL, or with a longer one, it
-- was put there by another program, and is garbage.
local function isForeign()
  local left = redis.call('PTTL', KEYS[1])
  return left < 0 or left > 3600000
end
local head = redis.pcall('GETRANGE', KEYS[1], 0, 1)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == 'W\1' and not isForeign() then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if bit.band(string.byte(ARGV[1], 4), 32) ~= 0 then -- its age counts from now, by the clock of Redis
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local moment = ''
  for _ = 1, 8 do
    moment = string.char(now % 256) .. moment
    now = math.floor(now / 256)
  end
  redis.call('SETRANGE', KEYS[1], 20, moment)
end
return 1
