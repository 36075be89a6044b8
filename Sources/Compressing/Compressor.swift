import NIOCore

/// *Confined to* who holds its lease: `@unchecked Sendable`. Puts a body into one content coding as it comes.
protocol Compressor: AnyObject, Sendable {
  /// Appends what there is to send of it so far. The bodies that are put into it are one after the other.
  func compress(_ bytes: UnsafeRawBufferPointer, _ step: CompressionStep, into output: inout ByteBuffer)

  /// Makes it ready for another body; false where it can't be used again.
  func reset() -> Bool
}

/// What is done behind a piece of a body.
package enum CompressionStep {
  /// Some of it may be held back.
  case more
  /// All that came can be read by who gets it.
  case flush
  /// The body is over.
  case end
}

extension ByteBuffer {
  /// Lends room for what is compressed at a time; `body` returns how much of it it has filled.
  mutating func writePiece(_ body: (UnsafeMutableRawBufferPointer) -> Int) {
    _ = writeWithUnsafeMutableBytes(minimumWritableBytes: 1024, body)
  }
}
