import CBrotli
import NIOCore

/// *Confined to* who holds its lease: `@unchecked Sendable`. Makes brotli (RFC 7932). It takes about 1 MiB.
final class BrotliCompressor: Compressor, @unchecked Sendable {
  /// What takes no longer than gzip's 6; the levels above are for what is compressed once.
  private static let quality: UInt32 = 4
  /// 256 KiB.
  private static let windowBits: UInt32 = 18

  private let state: OpaquePointer

  /// - Parameter size: of the body, where it is known.
  init(size: Int?) {
    guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else { preconditionFailure("memory is out") }
    self.state = state
    BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, Self.quality)
    BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, Self.windowBits)
    if let size { BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, UInt32(clamping: size)) }
  }

  deinit {
    BrotliEncoderDestroyInstance(state)
  }

  func compress(_ bytes: UnsafeRawBufferPointer, _ step: CompressionStep, into output: inout ByteBuffer) {
    let operation =
      switch step {
      case .more: BROTLI_OPERATION_PROCESS
      case .flush: BROTLI_OPERATION_FLUSH
      case .end: BROTLI_OPERATION_FINISH
      }
    var next = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    var left = bytes.count
    repeat {
      output.writePiece { piece in
        var end = piece.assumingMemoryBound(to: UInt8.self).baseAddress
        var room = piece.count
        let isDone = BrotliEncoderCompressStream(state, operation, &left, &next, &room, &end, nil)
        precondition(isDone != 0, "memory is out")
        return piece.count - room
      }
    } while left > 0 || BrotliEncoderHasMoreOutput(state) != 0
  }

  /// The library has none that could be used again.
  func reset() -> Bool { false }
}
