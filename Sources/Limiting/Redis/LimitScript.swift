import Plans
import Redis

/// The one script that counts in Redis: in all counters of a request, or in none.
enum LimitScript {
  /// Decides as `LimitRule` does, by Redis' own time, in milliseconds.
  ///
  /// A counter is the text `USED TIME`, as `CounterState` has it; what is anything else is none of ours, and is replaced.
  /// It lives until nothing of it is used. What is of a later time than Redis' clock can have given, because the clock was
  /// set back or another node's was ahead, is cut to that, and stored although nothing is counted: else it would be cut
  /// anew at each request, and a window would never end.
  ///
  /// Keys: the counters, all in one slot. Arguments, for each: how it counts (`w` window, `c` calendar, `b` bucket),
  /// capacity, span (the window's milliseconds; the ends of three periods, around the caller's time; what runs off in a
  /// millisecond), amount. Reply: 1 where it is counted, else 0; the time; for each its `USED` and `TIME`.
  static let count = RedisScript(
    """
    local t = redis.call('TIME')
    local now = tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
    local function latest(kind, span)
      if kind == 'b' then return now end
      if kind == 'w' then return now + tonumber(span) end
      for finish in string.gmatch(span, '%d+') do
        if tonumber(finish) > now then return tonumber(finish) end
      end
      return now + 86400000
    end
    local used, time, moved = {}, {}, {}
    local counted = true
    for i, key in ipairs(KEYS) do
      local kind, capacity, span, amount = unpack(ARGV, 4 * i - 3, 4 * i)
      local last = latest(kind, span)
      local value = redis.pcall('GET', key)
      local u, at = string.match(type(value) == 'string' and value or '', '^(%d+) (%d+)$')
      u = math.min(tonumber(u or 0), tonumber(capacity))
      at = tonumber(at or last)
      if at > last then at, moved[i] = last, true end
      if kind == 'b' then
        u, at = math.max(0, u - (now - at) * tonumber(span)), now
      elseif at <= now then
        u, at = 0, last
      end
      if u + tonumber(amount) > tonumber(capacity) then counted = false end
      used[i], time[i] = u, at
    end
    local reply = {counted and 1 or 0, now}
    for i, key in ipairs(KEYS) do
      local kind, _, span, amount = unpack(ARGV, 4 * i - 3, 4 * i)
      if counted then used[i] = used[i] + tonumber(amount) end
      if moved[i] or counted and tonumber(amount) > 0 then
        local life = kind == 'b' and math.ceil(used[i] / tonumber(span)) or time[i] - now
        redis.call(
          'SET', key, string.format('%.0f %.0f', used[i], time[i]), 'PX', string.format('%.0f', math.max(1, life)))
      end
      reply[2 * i + 1], reply[2 * i + 2] = used[i], time[i]
    end
    return reply
    """)
}
