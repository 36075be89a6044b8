/// The beginning of an upload, kept so that another attempt can send it again. A value type that does no I/O.
struct KeptBody: Sendable {
  private let bound: Int
  private var bytes: [UInt8] = []
  private var sent = 0
  /// More went out than is kept: there is no way back to the beginning.
  private(set) var isLost = false

  /// `bound`: bytes; 0: nothing is kept.
  init(bound: Int) {
    self.bound = bound
  }

  /// Another attempt begins.
  mutating func rewind() { sent = 0 }

  /// What is to be sent again; `nil`: all of it was, and the rest comes from the client.
  mutating func replay(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    let count = min(buffer.count, bytes.count - sent)
    guard count > 0 else { return nil }
    bytes[sent..<(sent + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
    sent += count
    return count
  }

  /// `piece` of the client's body goes out for the first time.
  mutating func keep(_ piece: UnsafeRawBufferPointer) {
    guard !isLost else { return }
    guard piece.count <= bound - bytes.count else {
      isLost = true
      bytes = []
      sent = 0
      return
    }
    bytes.append(contentsOf: piece)
    sent = bytes.count
  }
}
