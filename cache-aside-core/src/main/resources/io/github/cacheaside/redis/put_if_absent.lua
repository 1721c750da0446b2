-- Writes a value where there is none, nor the knowledge that there is no such row. A lease, a stale
-- copy and what is unreadable are replaced.
-- KEYS[1] key; ARGV[1] value; ARGV[2] TTL in ms.
-- Answers "G" when it was written, else what is there: "W" or the whole value.
-- No lease and no mark of this library lives for an hour: without a TTL, or with a longer one, it
-- was put there by another program, and is garbage.
local function isForeign()
  local left = redis.call('PTTL', KEYS[1])
  return left < 0 or left > 3600000
end
local head = redis.pcall('GETRANGE', KEYS[1], 0, 3)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if type(head) == 'string' then
  if string.sub(head, 1, 2) == 'W\1' and not isForeign() then
    return 'W'
  elseif #head == 4 and string.sub(head, 1, 2) == 'V\1'
      and bit.band(string.byte(head, 4), 4) == 0 then
    return redis.call('GET', KEYS[1])
  end
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
return 'G'
