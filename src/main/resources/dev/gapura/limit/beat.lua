-- Says that a replica lives, and what runs on it where Redis does not know that any more.
-- KEYS: the replicas, then one key a count of requests at a time.
-- ARGV: this replica, how long a replica counts as alive in milliseconds, whether to tell what runs in any case (1),
--       then for each count how many run here.
-- Answers: how many replicas live.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[3] == '1' or not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  for i = 2, #KEYS do
    if ARGV[i + 2] == '0' then
      redis.call('HDEL', KEYS[i], ARGV[1])
    else
      redis.call('HSET', KEYS[i], ARGV[1], ARGV[i + 2])
      redis.call('PEXPIRE', KEYS[i], 86400000)
    end
  end
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
return redis.call('ZCARD', KEYS[1])
