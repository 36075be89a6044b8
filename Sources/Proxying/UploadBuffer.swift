import NIOCore
import Transfers

/// Pieces of a request's body between the front loop, which adds, and the transfer loop, which takes. A value type
/// that does no I/O: it says who is to be woken.
struct UploadBuffer {
  /// Above so many bytes the client is read no further; it is read again below half of them.
  static let maxBytes = 64 * 1024

  /// Pieces below so many bytes are put together: each may hold all that was read with it, and there may be one for each
  /// byte.
  private static let smallPiece = 4 * 1024

  private(set) var pieces = CircularBuffer<ByteBuffer>(initialCapacity: 4)
  /// Small pieces that came last.
  private var gathered = ByteBuffer()
  private var count = 0
  private var isComplete = false
  private var isAborted = false
  /// The backend asked and got nothing.
  private var readerWaits = false
  private var writerWaits = false

  /// `wakes`: the backend waits for it. Without `hasRoom`, the writer waits to be woken.
  mutating func add(_ piece: ByteBuffer) -> (wakes: Bool, hasRoom: Bool) {
    count += piece.readableBytes
    if piece.readableBytes < Self.smallPiece, !isEmpty {
      gathered.writeImmutableBuffer(piece)
    } else {
      endGathering()
      pieces.append(piece)
    }
    // Until it is woken: a writer may have more in its hands when it hears that this is enough.
    if count >= Self.maxBytes { writerWaits = true }
    return (takeReader(), !writerWaits)
  }

  /// True: the backend waits to hear it.
  mutating func finish() -> Bool {
    isComplete = true
    return takeReader()
  }

  /// Nothing more comes, and what came is not all.
  mutating func abort() {
    isAborted = true
    pieces.removeAll()
    gathered = ByteBuffer()
    count = 0
  }

  private var isEmpty: Bool { pieces.isEmpty && gathered.readableBytes == 0 }

  private mutating func endGathering() {
    guard gathered.readableBytes > 0 else { return }
    pieces.append(gathered)
    gathered = ByteBuffer()
  }

  private mutating func takeReader() -> Bool {
    defer { readerWaits = false }
    return readerWaits
  }

  /// `wakes`: the writer has waited for this room.
  mutating func pull(into target: UnsafeMutableRawBufferPointer) -> (pull: BodyPull, wakes: Bool) {
    if isAborted { return (.abort, false) }
    var taken = 0
    while taken < target.count, !isEmpty {
      if pieces.isEmpty { endGathering() }
      let wanted = min(target.count - taken, pieces[pieces.startIndex].readableBytes)
      pieces[pieces.startIndex].readWithUnsafeReadableBytes { source in
        target.baseAddress?.advanced(by: taken).copyMemory(from: source.baseAddress!, byteCount: wanted)
        return wanted
      }
      taken += wanted
      if pieces[pieces.startIndex].readableBytes == 0 { pieces.removeFirst() }
    }
    count -= taken
    if taken == 0 {
      if isComplete { return (.end, false) }
      readerWaits = true
      return (.wait, false)
    }
    let wakes = writerWaits && count < Self.maxBytes / 2
    if wakes { writerWaits = false }
    return (.bytes(taken), wakes)
  }
}
