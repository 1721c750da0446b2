-- Takes a mark away. A key that is not marked any more is removed, whatever it holds.
-- KEYS[1] key; ARGV[1] token, 16 bytes. Answers whether the mark was still there.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 1)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
if head ~= 'W\1' then
  redis.call('UNLINK', KEYS[1])
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local marks = redis.call('GET', KEYS[1])
local found, latest, entries = 0, 0, {}
for at = 5, #marks - 31, 32 do
  local deadline = tonumber(string.sub(marks, at + 16, at + 31)) or 0
  if string.sub(marks, at, at + 15) == ARGV[1] then
    found = 1
  elseif deadline > now and deadline < now + 3600000 then -- else expired, or garbage
    entries[#entries + 1] = string.sub(marks, at, at + 31)
    latest = math.max(latest, deadline)
  end
end
if #entries == 0 then
  redis.call('UNLINK', KEYS[1])
else
  redis.call('SET', KEYS[1], 'W\1\0\0' .. table.concat(entries), 'PX', string.format('%.0f', latest - now))
end
return found
