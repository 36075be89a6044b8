import CDigest

/// A Lua script, run atomically by the server. Called by its hash; the server gets the text once, when it says that it
/// does not know it. Needs Redis 5 or later, which replicates a script's effects rather than the script.
struct RedisScript: Sendable {
  let source: String
  /// SHA-1 in hexadecimal, as Redis names scripts.
  let hash: String

  init(_ source: String) {
    self.source = source
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    var text = source
    text.withUTF8 { _ = SHA1($0.baseAddress, $0.count, &digest) }
    hash = digest.withUnsafeBytes { Hexadecimal.text($0) }
  }

  func command(keys: [RedisArgument], _ arguments: [RedisArgument], byHash: Bool) -> RedisCommand {
    let start: [RedisArgument] =
      byHash ? ["EVALSHA", .text(hash), .integer(keys.count)] : ["EVAL", .text(source), .integer(keys.count)]
    return RedisCommand(start + keys + arguments, key: keys.first)
  }
}
