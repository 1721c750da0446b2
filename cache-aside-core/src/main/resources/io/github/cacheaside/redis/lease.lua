-- Grants the right to fill a key that is missing, unreadable or leased to this very token.
-- KEYS[1] key; ARGV[1] the marker "L" with the caller's token, 20 bytes; ARGV[2] lease in ms.
-- Answers "G" when granted, else what is there: "L", "W" or the whole value.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 19)
if type(head) == 'string' and string.byte(head, 2) == 1 and head ~= ARGV[1] then
  local state = string.sub(head, 1, 1)
  if state == 'L' or state == 'W' then
    return state
  elseif state == 'V' then
    return redis.call('GET', KEYS[1])
  end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 'G'
