import CHiredis
import Messages
import NIOCore

/// *Confined to one parser.* An array while hiredis builds it up, or a reply that is none. hiredis holds the root by one
/// retain, which is given up either to us (`redisReaderGetReply`) or to `freeObject`; an array holds the arrays in it.
/// What is no array has no node of its own, so a large reply costs no more than its elements.
final class ReplyNode {
  private enum Element {
    case value(RedisReply)
    case array(ReplyNode)
  }

  /// The bound of all arrays of one reply together. The largest reply is that of `CLUSTER SLOTS`: some 15 elements for
  /// each range of slots, so that this is for 4,000 ranges.
  static let mostElements: Int32 = 1 << 16

  private var value = RedisReply.null
  private var elements: [Element]?
  /// The elements that the arrays of a root may still have.
  private var left = ReplyNode.mostElements

  private init() {}

  /// The finished reply.
  var reply: RedisReply {
    guard let elements else { return value }
    return .array(
      elements.map { element in
        switch element {
        case .value(let value): value
        case .array(let node): node.reply
        }
      })
  }

  /// The functions that hiredis calls for what it reads. Valid for ever; never changed.
  nonisolated(unsafe) static let functions: UnsafeMutablePointer<redisReplyObjectFunctions> = {
    let functions = UnsafeMutablePointer<redisReplyObjectFunctions>.allocate(capacity: 1)
    functions.initialize(
      to: redisReplyObjectFunctions(
        createString: { task, bytes, count in ReplyNode.place(ReplyNode.string(task, bytes, count), task) },
        createArray: { task, count in Int32(exactly: count).flatMap { ReplyNode.placeArray($0, task) } },
        createInteger: { task, value in ReplyNode.place(.integer(PeerNumber(value)), task) },
        createNil: { task in ReplyNode.place(.null, task) },
        freeObject: { node in
          if let node { Unmanaged<ReplyNode>.fromOpaque(node).release() }
        }))
    return functions
  }()

  private static func string(
    _ task: UnsafePointer<redisReadTask>?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int
  ) -> RedisReply {
    let bytes = UnsafeRawBufferPointer(start: bytes, count: count)
    return switch task?.pointee.type {
    case REDIS_REPLY_ERROR: .error(String(decoding: bytes, as: UTF8.self))
    case REDIS_REPLY_STATUS: .status(String(decoding: bytes, as: UTF8.self))
    default: .text(ByteBuffer(bytes: bytes))
    }
  }

  /// Puts a value where hiredis is reading: into the array, whose elements it reads in their order, or into its own
  /// hand. It only looks whether it gets something.
  private static func place(_ value: RedisReply, _ task: UnsafePointer<redisReadTask>?) -> UnsafeMutableRawPointer? {
    if let parent = parent(of: task) {
      parent.elements?.append(.value(value))
      return Unmanaged.passUnretained(parent).toOpaque()
    }
    let root = ReplyNode()
    root.value = value
    return Unmanaged.passRetained(root).toOpaque()
  }

  /// `nil`, which ends the connection, where the reply has too many elements.
  private static func placeArray(_ count: Int32, _ task: UnsafePointer<redisReadTask>?) -> UnsafeMutableRawPointer? {
    let node = ReplyNode()
    node.elements = []
    let root = root(of: task) ?? node
    guard (0...root.left).contains(count) else { return nil }
    root.left -= count
    guard let parent = parent(of: task) else { return Unmanaged.passRetained(node).toOpaque() }
    parent.elements?.append(.array(node))
    return Unmanaged.passUnretained(node).toOpaque()
  }

  private static func parent(of task: UnsafePointer<redisReadTask>?) -> ReplyNode? {
    node(of: task?.pointee.parent)
  }

  /// `nil` for the root itself.
  private static func root(of task: UnsafePointer<redisReadTask>?) -> ReplyNode? {
    var top = task?.pointee.parent
    while let next = top?.pointee.parent { top = next }
    return node(of: top)
  }

  private static func node(of task: UnsafeMutablePointer<redisReadTask>?) -> ReplyNode? {
    task?.pointee.obj.map { Unmanaged<ReplyNode>.fromOpaque($0).takeUnretainedValue() }
  }
}
