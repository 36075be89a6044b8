import CHiredis
import Messages
import NIOCore

/// One command, formatted by hiredis, and where in a cluster it belongs.
struct RedisCommand: Sendable {
  let bytes: ByteBuffer
  /// Of its keys; `nil` for commands without any, which every node answers.
  let slot: UInt16?

  /// - Parameter key: decides the slot; it must be among the arguments where the command has keys.
  init(_ arguments: [RedisArgument], key: RedisArgument? = nil) {
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
