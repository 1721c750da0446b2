-- Grants the right to fill a key that is missing, unreadable, a stale copy that is not being refreshed, or
-- leased to this very token.
-- KEYS[1] key; ARGV[1] the marker "L" with the caller's token, 20 bytes; ARGV[2] lease in ms.
-- Answers "G" when granted, else what is there: "L", "W" or the whole value.
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
if type(head) == 'string' and string.byte(head, 2) == 1 and string.sub(head, 1, 20) ~= ARGV[1] then
  local state = string.sub(head, 1, 1)
  if state == 'L' or state == 'W' then
    if not isForeign() then
      return state
    end
  elseif state == 'V' and (#head < 40 or bit.band(string.byte(head, 4), 4) == 0) then
    return redis.call('GET', KEYS[1])
  elseif state == 'V' then
    local token = string.sub(ARGV[1], 5, 20)
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local refreshedUntil = tonumber(string.sub(head, 29, 40), 16) or 0
    if string.sub(head, 5, 20) ~= token and refreshedUntil > now
        and refreshedUntil < now + 3600000 then
      return redis.call('GET', KEYS[1])
    end
    redis.call('SETRANGE', KEYS[1], 4, token)
    redis.call('SETRANGE', KEYS[1], 28, string.format('%012x', now + ARGV[2]))
    return 'G'
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'G'
