import CZlib

/// *Confined to its transfer.* Unpacks gzip (RFC 1952), and what `deflate` is: zlib's form (RFC 1950), as the standard
/// says, or the bare stream (RFC 1951), as some servers understood it. Two bytes tell which.
final class ZlibDecompressor: Decompressor {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let isGzip: Bool
  /// Which form it has is known.
  private var isTold: Bool
  /// The first byte, until the second comes.
  private var first: UInt8?
  private(set) var isComplete = false

  /// `nil` when memory is out.
  init?(_ coding: ContentCoding) {
    isGzip = coding == .gzip
    isTold = isGzip
    stream.initialize(to: z_stream())
    guard weft_inflate_begin(stream, isGzip ? 15 + 16 : 15) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  func unpack(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> DecodingStep) -> DecodingStep {
    if isTold { return inflate(bytes, take) }
    guard let next = bytes.first else { return .more }
    guard let first = first ?? (bytes.count > 1 ? next : nil) else {
      self.first = next
      return .more
    }
    isTold = true
    let isHeld = self.first != nil
    guard Self.isZlib(first, isHeld ? next : bytes[1]) || inflateReset2(stream, -15) == Z_OK else { return .broken }
    if isHeld {
      let step = withUnsafeBytes(of: first) { inflate($0, take) }
      guard step == .more else { return step }
    }
    return inflate(bytes, take)
  }

  /// RFC 1950 §2.2: the method is 8, and both bytes as one number a multiple of 31. A bare stream that an encoder made
  /// does not begin like that.
  private static func isZlib(_ first: UInt8, _ second: UInt8) -> Bool {
    let both = UInt16(truncatingIfNeeded: first) << 8 | UInt16(truncatingIfNeeded: second)
    return first & 15 == 8 && first >> 4 <= 7 && both % 31 == 0
  }

  private func inflate(
    _ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> DecodingStep
  ) -> DecodingStep {
    // zlib reads from there only, it just does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(clamping: bytes.count)
    return withPiece { piece in
      // Until a piece is not filled: then zlib holds nothing back.
      repeat {
        if isComplete {
          guard stream.pointee.avail_in > 0 else { break }
          // A gzip stream may follow another one (RFC 1952 §2.2).
          guard isGzip, inflateReset(stream) == Z_OK else { return .broken }
          isComplete = false
        }
        stream.pointee.next_out = piece.baseAddress
        stream.pointee.avail_out = UInt32(clamping: piece.count)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return .broken }
        isComplete = code == Z_STREAM_END
        let count = piece.count - Int(widening: stream.pointee.avail_out)
        let step = take(UnsafeRawBufferPointer(start: piece.baseAddress, count: count))
        guard step == .more else { return step }
      } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
      return .more
    }
  }
}
