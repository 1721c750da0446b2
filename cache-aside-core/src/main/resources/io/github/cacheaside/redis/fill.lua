-- Writes a loaded value while its lease stands.
-- KEYS[1] key; ARGV[1] the marker with the token, 20 bytes; ARGV[2] value; ARGV[3] TTL in ms.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 19)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == ARGV[1] or type(head) == 'string' and string.sub(head, 1, 2) == 'V\1'
    and string.sub(head, 5) == string.sub(ARGV[1], 5)
    and bit.band(string.byte(head, 4), 36) ~= 0 then -- else these are bytes of the payload
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  if bit.band(string.byte(ARGV[2], 4), 32) ~= 0 then -- its age counts from now, by the clock of Redis
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
end
return 0
