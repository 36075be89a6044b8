import Messages
import NIOCore

/// What a client gets for a request for a file. A value.
enum FileReply: Sendable {
  case answer(Answer)
  case file(FileBody)
}

/// An answer with a file, or a part of one, as its body. A value.
struct FileBody: Sendable {
  let status: Int
  let fields: [HeaderField]
  /// `nil`: all that is wanted of it was read at once.
  let file: HeldFile?
  let part: Range<Int>
  /// What was read at once; empty for a HEAD.
  let beginning: ByteBuffer

  /// Bytes that are read at a time, and held for one client beside what its connection has.
  static let pieceBytes = 128 * 1024
}
