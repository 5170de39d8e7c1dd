-- All counts of a request, drawn on at once, or none: what dev.gapura.limit.Bucket does, in Redis.
-- KEYS: the replicas, then one key a count.
-- ARGV: what is done (take, look, end), this replica, how long a replica counts as alive in milliseconds,
--       then for each count its limit, its period in milliseconds (0: requests at a time) and the amount.
-- Answers: the count that is short of most (0: none), milliseconds until it has enough, then for each count what is
--       left and the milliseconds until all of it is there.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local what, me, term = ARGV[1], ARGV[2], tonumber(ARGV[3])
local counts = #KEYS - 1
local limit, period, amount, level = {}, {}, {}, {}
local short, wait = 0, -1

for i = 1, counts do
  local key = KEYS[i + 1]
  limit[i] = tonumber(ARGV[3 * i + 1])
  period[i] = tonumber(ARGV[3 * i + 2])
  amount[i] = tonumber(ARGV[3 * i + 3])
  if period[i] == 0 then
    local used = 0
    local fields = redis.call('HGETALL', key)
    for j = 1, #fields, 2 do
      local seen = redis.call('ZSCORE', KEYS[1], fields[j])
      if fields[j] == me or (seen and tonumber(seen) > now - term) then
        used = used + tonumber(fields[j + 1])
      else
        redis.call('HDEL', key, fields[j])
      end
    end
    level[i] = used
    if used >= limit[i] and wait < 0 then
      short, wait = i, 0
    end
  else
    local state = redis.call('HMGET', key, 'level', 'at', 'limit')
    local full = limit[i] * period[i]
    if state[1] and tonumber(state[3]) == limit[i] then
      local passed = math.max(0, now - tonumber(state[2]))
      level[i] = math.min(full, tonumber(state[1]) + passed * limit[i])
    else
      level[i] = full
    end
    local missing = amount[i] * period[i] - level[i]
    if missing > 0 then
      local need = math.ceil(missing / limit[i])
      if need > wait then
        short, wait = i, need
      end
    end
  end
end

local answer = {0, 0}
if what == 'take' and short > 0 then
  answer = {short, wait}
elseif what ~= 'look' then
  for i = 1, counts do
    local key = KEYS[i + 1]
    if period[i] == 0 then
      if what == 'take' then
        redis.call('HINCRBY', key, me, 1)
        redis.call('PEXPIRE', key, 86400000)
        level[i] = level[i] + 1
      elseif redis.call('HINCRBY', key, me, -1) <= 0 then
        redis.call('HDEL', key, me)
      end
    elseif amount[i] ~= 0 then
      local full = limit[i] * period[i]
      if what == 'take' then
        level[i] = level[i] - amount[i] * period[i]
      else
        level[i] = math.min(full, level[i] + amount[i] * period[i])
      end
      redis.call('HSET', key, 'level', string.format('%.0f', level[i]), 'at', string.format('%.0f', now),
        'limit', string.format('%.0f', limit[i]))
      redis.call('PEXPIRE', key, math.ceil((full - level[i]) / limit[i]) + 1000)
    end
  end
end

for i = 1, counts do
  if period[i] == 0 then
    answer[2 * i + 1] = math.max(0, limit[i] - level[i])
    answer[2 * i + 2] = 0
  else
    answer[2 * i + 1] = math.max(0, math.floor(level[i] / period[i]))
    answer[2 * i + 2] = math.max(0, math.ceil((limit[i] * period[i] - level[i]) / limit[i]))
  end
end
return answer
