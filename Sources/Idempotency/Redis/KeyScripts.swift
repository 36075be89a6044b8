import Redis

/// The scripts for keys in Redis, each of one key.
///
/// A key is a hash: `request`, what is asked; `token`, the claim that it was begun with; `answer`, once it has ended. It
/// lives as long as the lease of the claim, and with an answer as long as that is kept.
enum KeyScripts {
  /// Looks a key up, and claims it where nobody has. What is no hash is none of ours, and is replaced. Arguments: what is
  /// asked, token, milliseconds of the lease. Reply: 0 begun, 1 kept, 2 running, 3 another request's; and the answer.
  static let claim = RedisScript(
    """
    local found = redis.pcall('HMGET', KEYS[1], 'request', 'answer')
    if found.err then
      redis.call('DEL', KEYS[1])
      found = {false, false}
    end
    if not found[1] then
      redis.call('HSET', KEYS[1], 'request', ARGV[1], 'token', ARGV[2])
      redis.call('PEXPIRE', KEYS[1], ARGV[3])
      return {0, ''}
    end
    if found[1] ~= ARGV[1] then return {3, ''} end
    if found[2] then return {1, found[2]} end
    return {2, ''}
    """)

  /// Lengthens the lease of a claim, and makes it anew where Redis has forgotten it. Arguments: what is asked, token,
  /// milliseconds. Reply: 1, or 0 where the key has an answer or is another claim's.
  static let renew = RedisScript(
    """
    local found = redis.pcall('HMGET', KEYS[1], 'token', 'answer')
    if found.err or found[2] or found[1] and found[1] ~= ARGV[2] then return 0 end
    redis.call('HSET', KEYS[1], 'request', ARGV[1], 'token', ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    return 1
    """)

  /// Keeps the answer of a claim, again where it did so already. Arguments: what is asked, token, answer, milliseconds.
  /// Reply: 1, or 0 where the key is another claim's.
  static let keep = RedisScript(
    """
    local token = redis.pcall('HGET', KEYS[1], 'token')
    if token and token ~= ARGV[2] then return 0 end
    redis.call('HSET', KEYS[1], 'request', ARGV[1], 'token', ARGV[2], 'answer', ARGV[3])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
    return 1
    """)

  /// Gives the key of a claim back. Arguments: token. Reply: 1, or 0 where it has an answer or is another claim's.
  static let release = RedisScript(
    """
    local found = redis.pcall('HMGET', KEYS[1], 'token', 'answer')
    if found.err or found[2] or found[1] ~= ARGV[1] then return 0 end
    redis.call('DEL', KEYS[1])
    return 1
    """)
}
