import Redis

/// The scripts for what has to happen in Redis in one step. Each touches keys of one slot only.
enum CacheScripts {
  /// Redis' own clock in microseconds, as digits: a Lua number would be written as `1.7e+15`.
  private static let clock = """
    local t = redis.call('TIME')
    local now = tonumber(t[1]) * 1000000 + tonumber(t[2])
    """

  /// Takes the lease of a key, if nobody has it, and reads the value again: it may have come since it was missed.
  /// Keys: value, lease. Arguments: token, milliseconds. Reply: 1 or 0, the time, the value, and how many milliseconds
  /// the other's lease has left.
  static let acquire = RedisScript(
    clock + """

      local taken = redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2])
      local rest = 0
      if not taken then rest = redis.call('PTTL', KEYS[2]) end
      local value = redis.pcall('GET', KEYS[1])
      if type(value) == 'table' then value = false end
      return {taken and 1 or 0, string.format('%016.0f', now), value, rest}
      """)

  /// Stores a value unless one is there that began later, gives the lease back if it is still ours, and tells
  /// everybody. What is no string is none of ours, and is replaced. Keys: value, lease. Arguments: stamp, value,
  /// milliseconds, token, channel, message, and the message where it could not be stored. Reply: 1 stored, 0 there is a
  /// newer one, or Redis' error.
  static let store = RedisScript(
    """
    local old = redis.pcall('GETRANGE', KEYS[1], 0, 23)
    local stored = 1
    local failure
    if type(old) == 'string' and string.sub(old, 1, 4) == 'WEFT' then
      local began = tonumber(string.sub(old, 9, 24))
      if began and began >= tonumber(ARGV[1]) then stored = 0 end
    end
    if stored == 1 then
      local set = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
      if type(set) == 'table' and set.err then failure = set end
    end
    if redis.pcall('GET', KEYS[2]) == ARGV[4] then redis.call('DEL', KEYS[2]) end
    redis.call('PUBLISH', ARGV[5], failure and ARGV[7] or ARGV[6])
    return failure or stored
    """)

  /// Gives a lease back if it is still ours, and tells those who wait for it. Keys: lease. Arguments: token, channel,
  /// message.
  static let release = RedisScript(
    """
    if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
    redis.call('DEL', KEYS[1])
    redis.call('PUBLISH', ARGV[2], ARGV[3])
    return 1
    """)

  /// Makes the mark of a tag, or lets the one that is there live longer. Keys: tag. Arguments: stamp, milliseconds.
  static let keepMark = RedisScript(
    """
    if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
    if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
      redis.call('SET', KEYS[1], redis.call('GET', KEYS[1]), 'PX', ARGV[2])
    end
    return 0
    """)

  /// Marks a tag as purged now, and tells everybody. Keys: tag. Arguments: milliseconds to keep the mark, channel,
  /// beginning of the message. Reply: the time.
  static let purgeTag = RedisScript(
    clock + """

      local mark = redis.pcall('GET', KEYS[1])
      local old = type(mark) == 'string' and tonumber(mark) or 0
      if old >= now then now = old + 1 end
      local stamp = string.format('%016.0f', now)
      redis.call('SET', KEYS[1], stamp, 'PX', ARGV[1])
      redis.call('PUBLISH', ARGV[2], ARGV[3] .. stamp)
      return stamp
      """)

  /// The time, on the clock of the node that has the key.
  static let time = RedisScript(
    clock + """

      return string.format('%016.0f', now)
      """)
}

/// The names of everything in Redis. A value and its lease share a hash tag, so that one script may touch both in a
/// cluster.
struct RedisKeys: Sendable {
  let prefix: String

  func value(_ key: CacheKey) -> RedisArgument { .text("\(prefix){\(key.hex)}:v") }

  func lease(_ key: CacheKey) -> RedisArgument { .text("\(prefix){\(key.hex)}:l") }

  func tag(_ tag: CacheTag) -> RedisArgument { .text(prefix + "t:" + tag.hex) }

  var channel: String { prefix + "events" }
}
