-- Removes value and lease; the marks of fenced writes stay. KEYS[1] key.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 1)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head == 'W\1' then
  return 0
end
return redis.call('UNLINK', KEYS[1])
