import CBrotli

/// *Confined to its transfer.* Unpacks brotli (RFC 7932). Its window, and so what it holds, is 16 MiB at most.
final class BrotliDecompressor: Decompressor {
  private let state: OpaquePointer
  private(set) var isComplete = false

  /// `nil` when memory is out.
  init?() {
    guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { return nil }
    self.state = state
  }

  deinit {
    BrotliDecoderDestroyInstance(state)
  }

  func unpack(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> DecodingStep) -> DecodingStep {
    var next = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    var left = bytes.count
    return withPiece { piece in
      while true {
        guard !isComplete else { return left == 0 ? .more : .broken }
        var end = piece.baseAddress
        var room = piece.count
        let result = BrotliDecoderDecompressStream(state, &left, &next, &room, &end, nil)
        let step = take(UnsafeRawBufferPointer(start: piece.baseAddress, count: piece.count - room))
        guard step == .more else { return step }
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: isComplete = true
        case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: break
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return .more
        default: return .broken
        }
      }
    }
  }
}
