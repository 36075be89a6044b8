import CZstd

/// *Confined to its transfer.* Unpacks Zstandard (RFC 8878); one frame may follow another.
final class ZstdDecompressor: Decompressor {
  /// 8 MiB, as RFC 9659 has it for HTTP: a frame that wants a larger window is broken.
  private static let windowBits: Int32 = 23

  private let context: OpaquePointer
  private(set) var isComplete = false

  /// `nil` when memory is out.
  init?() {
    guard let context = ZSTD_createDCtx() else { return nil }
    self.context = context
    ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowBits)
  }

  deinit {
    ZSTD_freeDCtx(context)
  }

  func unpack(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> DecodingStep) -> DecodingStep {
    var input = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
    return withPiece { piece in
      var isFilled = false
      // Until a piece is not filled: then nothing is held back. Behind a whole frame it would begin the next one.
      while input.pos < input.size || isFilled && !isComplete {
        var output = ZSTD_outBuffer(dst: piece.baseAddress, size: piece.count, pos: 0)
        let rest = ZSTD_decompressStream(context, &output, &input)
        guard ZSTD_isError(rest) == 0 else { return .broken }
        isComplete = rest == 0
        isFilled = output.pos == output.size
        let step = take(UnsafeRawBufferPointer(start: piece.baseAddress, count: output.pos))
        guard step == .more else { return step }
      }
      return .more
    }
  }
}
