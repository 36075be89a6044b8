import CZlib
import JSONText
import NIOCore

/// *Confined to* who holds its lease: `@unchecked Sendable`. Makes gzip (RFC 1952). It takes 256 KiB.
final class GzipCompressor: Compressor, @unchecked Sendable {
  /// Half of the time of zlib's usual 6, for some hundredths more bytes.
  private static let level: Int32 = 4

  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

  init() {
    stream.initialize(to: z_stream())
    let code = weft_deflate_begin(stream, Self.level)
    precondition(code == Z_OK, "memory is out")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  func compress(_ bytes: UnsafeRawBufferPointer, _ step: CompressionStep, into output: inout ByteBuffer) {
    // zlib reads from there only, it just does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.assumingMemoryBound(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(clamping: bytes.count)
    let flush =
      switch step {
      case .more: Z_NO_FLUSH
      case .flush: Z_SYNC_FLUSH
      case .end: Z_FINISH
      }
    // Until a piece is not filled: then zlib holds nothing back.
    repeat {
      output.writePiece { piece in
        let room = UInt32(clamping: piece.count)
        stream.pointee.next_out = piece.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.pointee.avail_out = room
        deflate(stream, flush)
        return Int(widening: room - stream.pointee.avail_out)
      }
    } while stream.pointee.avail_out == 0
  }

  func reset() -> Bool { deflateReset(stream) == Z_OK }
}
