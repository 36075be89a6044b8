/// *Confined to its transfer.* Takes one content coding off a body as it comes.
protocol Decompressor: AnyObject {
  /// The last of the stream came, and checksums that it has were right; nothing has come since.
  var isComplete: Bool { get }

  /// Hands on what `bytes` unpack to, piece by piece, each valid until `take` returns. Ends with the first step that is
  /// not `more`.
  func unpack(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> DecodingStep) -> DecodingStep
}

enum DecodingStep {
  case more
  /// Not in this coding, or damaged.
  case broken
  /// More than the limit.
  case tooLarge
}

extension Decompressor {
  /// Lends room for bytes that are unpacked at a time.
  func withPiece(_ body: (UnsafeMutableBufferPointer<UInt8>) -> DecodingStep) -> DecodingStep {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16 * 1024, body)
  }
}
