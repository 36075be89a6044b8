import CDigest
import CHiredis
import Messages
import NIOCore

/// One command, formatted by hiredis, and where in a cluster it belongs.
package struct RedisCommand: Sendable {
  let bytes: ByteBuffer
  /// The slot of its keys; `nil` for commands without any, which every node answers.
  let slot: UInt16?

  /// - Parameter key: a key that decides the slot; it must be among the arguments where the command has keys.
  package init(_ arguments: [RedisArgument], key: RedisArgument? = nil) {
    var arena: [UInt8] = []
    arena.reserveCapacity(arguments.reduce(0) { $0 + $1.count })
    var lengths: [Int] = []
    lengths.reserveCapacity(arguments.count)
    for argument in arguments {
      argument.append(to: &arena)
      lengths.append(argument.count)
    }
    bytes = RedisCommand.format(arena, lengths)
    slot = key.map { key in
      var bytes: [UInt8] = []
      key.append(to: &bytes)
      return HashSlot.of(bytes)
    }
  }

  private static func format(_ arena: [UInt8], _ lengths: [Int]) -> ByteBuffer {
    arena.withUnsafeBytes { arena in
      var pointers: [UnsafePointer<CChar>?] = []
      pointers.reserveCapacity(lengths.count)
      var offset = 0
      for length in lengths {
        // An empty argument at the end points behind the arena; nothing is read there.
        pointers.append(arena.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) })
        offset += length
      }
      var text: UnsafeMutablePointer<CChar>?
      let count = redisFormatCommandArgv(&text, Int32(clamping: lengths.count), &pointers, lengths)
      defer { redisFreeCommand(text) }
      // hiredis fails only where memory is out; then nothing can go on.
      precondition(count >= 0, "redisFormatCommandArgv failed")
      return ByteBuffer(bytes: UnsafeRawBufferPointer(start: text, count: Int(widening: count)))
    }
  }
}

/// One argument of a command.
package enum RedisArgument: ExpressibleByStringLiteral, Sendable {
  case text(String)
  case bytes([UInt8])
  case buffer(ByteBuffer)

  package init(stringLiteral text: String) {
    self = .text(text)
  }

  /// The decimal digits of `value`.
  package static func integer(_ value: Int64) -> RedisArgument {
    .text(String(value))
  }

  fileprivate var count: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .bytes(let bytes): bytes.count
    case .buffer(let buffer): buffer.readableBytes
    }
  }

  fileprivate func append(to arena: inout [UInt8]) {
    switch self {
    case .text(let text): arena.append(contentsOf: text.utf8)
    case .bytes(let bytes): arena.append(contentsOf: bytes)
    case .buffer(let buffer): buffer.withUnsafeReadableBytes { arena.append(contentsOf: $0) }
    }
  }
}

/// A Lua script, run atomically by the server. It is called by its hash; the server gets the text once, when it says
/// that it does not know it. It needs Redis 5 or later, which replicates a script's effects rather than the script.
package struct RedisScript: Sendable {
  package let source: String
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
