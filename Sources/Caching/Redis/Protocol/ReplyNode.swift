import CHiredis
import NIOCore

/// Confined to one parser: a reply while hiredis builds it up. hiredis holds the root by one retain, which is given
/// up either to us (`redisReaderGetReply`) or to `freeObject`; a root holds its elements.
final class ReplyNode {
  /// Far above any reply to a command of ours; a larger count is an attack or nonsense.
  private static let mostElements = 1 << 20

  private var value: RedisReply
  private var elements: [ReplyNode]?

  private init(_ value: RedisReply) {
    self.value = value
  }

  /// The finished reply.
  var reply: RedisReply {
    elements.map { .array($0.map(\.reply)) } ?? value
  }

  /// Called by hiredis for what it reads. Valid for ever; never changed.
  nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    functions.initialize(
      to: redisReplyObjectFunctions(
        createString: { task, bytes, count in ReplyNode.place(ReplyNode.string(task, bytes, count), task) },
        createArray: { task, count in
          guard count <= ReplyNode.mostElements else { return nil }
          let node = ReplyNode(.null)
          node.elements = []
          return ReplyNode.place(node, task)
        },
        createInteger: { task, value in ReplyNode.place(ReplyNode(.integer(value)), task) },
        createNil: { task in ReplyNode.place(ReplyNode(.null), task) },
        freeObject: { node in
          if let node { Unmanaged<ReplyNode>.fromOpaque(node).release() }
        }))
    return functions
  }()

  private static func string(
    _ task: UnsafePointer<redisReadTask>?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int
  ) -> ReplyNode {
    let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
    switch task?.pointee.type {
    case REDIS_REPLY_ERROR: return ReplyNode(.error(String(decoding: bytes, as: UTF8.self)))
    case REDIS_REPLY_STATUS: return ReplyNode(.status(String(decoding: bytes, as: UTF8.self)))
    default: return ReplyNode(.text(ByteBuffer(bytes: bytes)))
    }
  }

  /// Puts a node where hiredis is reading: below its parent, or into hiredis' own hand. hiredis reads the elements of
  /// an array in their order.
  private static func place(
    _ node: ReplyNode, _ task: UnsafePointer<redisReadTask>?
  ) -> UnsafeMutableRawPointer? {
    guard let parent = task?.pointee.parent?.pointee.obj else { return Unmanaged.passRetained(node).toOpaque() }
    Unmanaged<ReplyNode>.fromOpaque(parent).takeUnretainedValue().elements?.append(node)
    return Unmanaged.passUnretained(node).toOpaque()
  }
}
