import CHiredis
import Glibc
import NIOCore

/// *Confined to one connection.* Cuts a server's bytes into replies, by hiredis' reader.
final class ReplyParser {
  enum Step {
    case reply(RedisReply)
    /// The rest has not come yet.
    case incomplete
    /// The bytes are not Redis' protocol, or beyond the bounds; the connection is of no more use.
    case broken(String)
  }

  /// The longest line, which hiredis looks through anew with each piece that comes until it has found its end.
  static let mostLine = 64 * 1024

  private let reader: UnsafeMutablePointer<redisReader>?

  init() {
    reader = redisReaderCreateWithFunctions(ReplyNode.functions)
  }

  deinit {
    if let reader { redisReaderFree(reader) }
  }

  func feed(_ bytes: ByteBuffer) {
    bytes.withUnsafeReadableBytes { bytes in
      _ = redisReaderFeed(reader, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  func next() -> Step {
    guard let reader else { return .broken("out of memory") }
    guard reader.pointee.len - reader.pointee.pos <= RedisReply.mostBytes else { return .broken("reply too large") }
    var object: UnsafeMutableRawPointer?
    guard redisReaderGetReply(reader, &object) == REDIS_OK else {
      return .broken(
        withUnsafeBytes(of: reader.pointee.errstr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    guard let object else { return hasEndlessLine(reader.pointee) ? .broken("line too long") : .incomplete }
    return .reply(Unmanaged<ReplyNode>.fromOpaque(object).takeRetainedValue().reply)
  }

  /// Tells whether what has come of the present element has no line in it.
  private func hasEndlessLine(_ reader: redisReader) -> Bool {
    guard let bytes = reader.buf, reader.len - reader.pos > ReplyParser.mostLine else { return false }
    return memchr(bytes + reader.pos, 0x0A, ReplyParser.mostLine) == nil
  }
}
