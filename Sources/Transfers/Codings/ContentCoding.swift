/// A content coding that can be taken off (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
enum ContentCoding: String, CaseIterable {
  case gzip, deflate, br, zstd

  /// `nil`: another one. In any case of letters, and by gzip's older name.
  init?(_ name: some Collection<UInt8>) {
    let name = String(decoding: name, as: UTF8.self).lowercased()
    self.init(rawValue: name == "x-gzip" ? "gzip" : name)
  }

  /// `nil` when memory is out.
  func decompressor() -> (any Decompressor)? {
    switch self {
    case .gzip, .deflate: ZlibDecompressor(self)
    case .br: BrotliDecompressor()
    case .zstd: ZstdDecompressor()
    }
  }
}

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
  /// The bytes are not in this coding, or damaged.
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
