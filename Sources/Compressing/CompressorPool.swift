import Locking
import Messages

/// *Guarded by its mutex.* The compressors of a process, bounded in number: one takes up to 1 MiB as long as its body lasts.
package final class CompressorPool: Sendable {
  /// Bodies that are compressed at a time; further ones go out as they are.
  package static let mostTaken = 256
  /// Kept of a coding for bodies to come.
  private static let mostKept = 4

  private struct State {
    var taken = 0
    var kept: [AnswerCoding: [any Compressor]] = [:]
  }

  package static let shared = CompressorPool()

  private let state = Locked(State())

  package init() {}

  /// Bodies that are being compressed.
  package var taken: Int { state.withLock { $0.taken } }

  /// A compressor for one body, given back when nobody holds the lease; `nil` where too many are taken.
  /// - Parameter size: of the body, where it is known.
  package func lease(_ coding: AnswerCoding, size: Int?) -> CompressorLease? {
    let (isFree, kept) = state.withLock { state -> (Bool, (any Compressor)?) in
      guard state.taken < Self.mostTaken else { return (false, nil) }
      state.taken += 1
      return (true, state.kept[coding]?.popLast())
    }
    guard isFree else { return nil }
    return CompressorLease(self, coding, kept ?? Self.make(coding, size: size))
  }

  private static func make(_ coding: AnswerCoding, size: Int?) -> any Compressor {
    switch coding {
    case .br: BrotliCompressor(size: size)
    case .zstd: ZstdCompressor()
    case .gzip: GzipCompressor()
    }
  }

  func giveBack(_ compressor: any Compressor, _ coding: AnswerCoding) {
    let isReady = compressor.reset()
    state.withLock { state in
      state.taken -= 1
      if isReady, state.kept[coding, default: []].count < Self.mostKept {
        state.kept[coding, default: []].append(compressor)
      }
    }
  }
}
