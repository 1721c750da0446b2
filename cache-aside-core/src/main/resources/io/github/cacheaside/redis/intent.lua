-- Marks a key as being written. The mark is a list of entries of 32 bytes: token (16), then the
-- moment in ms of Redis' own clock at which it expires (16 digits).
-- KEYS[1] key; ARGV[1] token, 16 bytes; ARGV[2] TTL in ms; ARGV[3] how many entries may be there.
-- Answers 2 if this very mark was still there, 1 if it was not, 0 if there is no room for it.
local head = redis.pcall('GETRANGE', KEYS[1], 0, 1)
if type(head) == 'table' and not string.find(head.err, 'WRONGTYPE', 1, true) then
  return head -- no right to read: an error, and no unreadable value
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mine = now + ARGV[2]
local answer, latest = 1, mine
local entries = { ARGV[1] .. string.format('%016.0f', mine) }
if head == 'W\1' then
  local marks = redis.call('GET', KEYS[1])
  for at = 5, #marks - 31, 32 do
    -- no mark lives for more than ten minutes: beyond an hour, or no number, it is garbage
    local deadline = tonumber(string.sub(marks, at + 16, at + 31)) or 0
    if deadline > now and deadline < now + 3600000 then
      if string.sub(marks, at, at + 15) == ARGV[1] then
        answer = 2
      else
        entries[#entries + 1] = string.sub(marks, at, at + 31)
        latest = math.max(latest, deadline)
      end
    end
  end
end
if #entries > tonumber(ARGV[3]) then
  return 0
end
redis.call('SET', KEYS[1], 'W\1\0\0' .. table.concat(entries), 'PX', string.format('%.0f', latest - now))
return answer
