-- Makes a standing lease last longer; never grants a new one.
-- KEYS[1] key; ARGV[1] the marker with the token, 20 bytes; ARGV[2] lease in ms.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 19)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == ARGV[1] then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if type(head) == 'string' and string.sub(head, 1, 2) == 'V\1'
    and string.sub(head, 5) == string.sub(ARGV[1], 5)
    and bit.band(string.byte(head, 4), 36) ~= 0 then -- else these are bytes of the payload
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('SETRANGE', KEYS[1], 28, string.format('%012x', now + ARGV[2]))
  return 1
end
return 0
