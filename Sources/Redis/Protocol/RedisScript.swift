import CDigest

/// A Lua script, run atomically by the server. It is called by its hash; the server gets the text once, when it says
/// that it does not know it. It needs Redis 5 or later, which replicates a script's effects rather than the script.
package struct RedisScript: Sendable {
  let source: String
  /// The SHA-1 of the text in hexadecimal, as Redis names scripts.
  let hash: String

  package init(_ source: String) {
    self.source = source
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    var text = source
    text.withUTF8 { _ = SHA1($0.baseAddress, $0.count, &digest) }
    hash = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// The command that runs it.
  /// - Parameters:
  ///   - keys: all in one slot, which is that of the first.
  ///   - byHash: without the text, for a server that knows it.
  package func command(keys: [RedisArgument], _ arguments: [RedisArgument], byHash: Bool) -> RedisCommand {
    let start: [RedisArgument] =
      [byHash ? "EVALSHA" : "EVAL", .text(byHash ? hash : source), .text(String(keys.count))]
    return RedisCommand(start + keys + arguments, key: keys.first)
  }
}
