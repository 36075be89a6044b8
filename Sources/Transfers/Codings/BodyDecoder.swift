/// *Confined to its transfer.* Takes all content codings off a response's body as it comes, the last one first. libcurl
/// could, but takes a stream that breaks off for a whole one.
struct BodyDecoder {
  private struct Stage {
    let decompressor: any Decompressor
    /// Bytes that went in.
    var taken = 0
  }

  private var stages: [Stage] = []
  /// Bytes of the body.
  private let limit: Int
  /// Bytes of a packed form, on the wire or between two codings: what does not pack at all grows a little, and streams
  /// may follow each other that hold nothing.
  private let packedLimit: Int

  /// `nil` when memory is out.
  init?(_ codings: [ContentCoding], limit: Int) {
    self.limit = limit
    let (packed, overflows) = limit.addingReportingOverflow(limit / 8 + 1024)
    packedLimit = overflows ? .max : packed
    for coding in codings.reversed() {
      guard let decompressor = coding.decompressor() else { return nil }
      stages.append(Stage(decompressor: decompressor))
    }
  }

  /// Whether the bytes ended too early, asked at their end; an empty body is none, whatever it says it is packed with.
  var isTruncated: Bool { stages.contains { $0.taken > 0 && !$0.decompressor.isComplete } }

  /// Appends what `bytes` unpack to, as long as `body` stays within the limit.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, into body: inout [UInt8]) -> DecodingStep {
    pass(bytes, to: 0, &body)
  }

  private mutating func pass(
    _ bytes: UnsafeRawBufferPointer, to index: Int, _ body: inout [UInt8]
  ) -> DecodingStep {
    if bytes.isEmpty { return .more }
    guard index < stages.count else {
      guard bytes.count <= limit - body.count else { return .tooLarge }
      body.append(contentsOf: bytes)
      return .more
    }
    guard bytes.count <= packedLimit - stages[index].taken else { return .tooLarge }
    stages[index].taken += bytes.count
    let decompressor = stages[index].decompressor
    return decompressor.unpack(bytes) { pass($0, to: index + 1, &body) }
  }
}
