import CZlib

/// *Confined to its transfer.* Unpacks gzip as it comes. libcurl could, but takes a stream that breaks off for a whole
/// one.
struct GzipDecoder: ~Copyable {
  enum Step {
    case more
    /// Not gzip, or damaged.
    case broken
    /// More than the limit.
    case tooLarge
  }

  /// Unpacked at a time.
  private static let pieceSize = 16 * 1024

  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  /// The last of the stream came, and checksum and length were right; nothing has come since.
  private var isComplete = false

  /// At the end of the bytes; an empty body is none, whatever it says it is packed with.
  var isTruncated: Bool { !isComplete && stream.pointee.total_in > 0 }

  /// `nil` when memory is out.
  init?() {
    stream.initialize(to: z_stream())
    guard weft_gzip_begin(stream) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Appends what `bytes` unpack to, as long as `body` stays within `limit` bytes. A stream may follow another one, as
  /// RFC 1952 §2.2 has it.
  mutating func decode(_ bytes: UnsafeRawBufferPointer, into body: inout [UInt8], limit: Int) -> Step {
    // zlib reads from there only, it just does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(bytes.count)
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.pieceSize) { piece in
      // Until a piece is not filled: then zlib holds nothing back.
      repeat {
        if isComplete {
          guard stream.pointee.avail_in > 0 else { break }
          guard inflateReset(stream) == Z_OK else { return .broken }
          isComplete = false
        }
        stream.pointee.next_out = piece.baseAddress
        stream.pointee.avail_out = UInt32(piece.count)
        let code = inflate(stream, Z_NO_FLUSH)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return .broken }
        isComplete = code == Z_STREAM_END
        let count = piece.count - Int(stream.pointee.avail_out)
        guard count <= limit - body.count else { return .tooLarge }
        body.append(contentsOf: piece[..<count])
      } while stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0
      return .more
    }
  }
}
