import CZstd
import NIOCore

/// *Confined to* who holds its lease: `@unchecked Sendable`. Makes Zstandard (RFC 8878). It takes about 1 MiB.
final class ZstdCompressor: Compressor, @unchecked Sendable {
  /// The library's usual one.
  private static let level: Int32 = 3
  /// 256 KiB; RFC 9659 has 8 MiB as the most that a client has to hold.
  private static let windowBits: Int32 = 18

  private let context: OpaquePointer

  init() {
    guard let context = ZSTD_createCCtx() else { preconditionFailure("memory is out") }
    self.context = context
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Self.level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, Self.windowBits)
  }

  deinit {
    ZSTD_freeCCtx(context)
  }

  func compress(_ bytes: UnsafeRawBufferPointer, _ step: CompressionStep, into output: inout ByteBuffer) {
    let operation =
      switch step {
      case .more: ZSTD_e_continue
      case .flush: ZSTD_e_flush
      case .end: ZSTD_e_end
      }
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    var rest = 0
    repeat {
      output.writePiece { piece in
        var room = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
        rest = ZSTD_compressStream2(context, &room, &input, operation)
        precondition(ZSTD_isError(rest) == 0, "memory is out")
        return room.pos
      }
    } while input.pos < input.size || step != .more && rest > 0
  }

  func reset() -> Bool { ZSTD_isError(ZSTD_CCtx_reset(context, ZSTD_reset_session_only)) == 0 }
}
