import Messages
import NIOCore
import Transfers
import Upstream

/// An answer between the transfer loop, which adds, and the front loop, which takes. A value type that does no I/O.
struct DownloadBuffer {
  /// Above so many bytes the backend is read no further, until the client has taken them.
  static let maxBytes = 128 * 1024

  /// What the front loop gets at once.
  struct Batch {
    var head: (status: Int, headers: HeaderBlock)?
    var bytes = ByteBuffer()
    /// With the result, where the answer has some.
    var trailers: HeaderBlock?
    var result: Result<Void, CallFailure>?
    /// With the head, as far as is known then, and with the result.
    var trace: CallTrace?
    /// The transfer loop waits for room.
    var wakes = false
  }

  private var batch = Batch()
  private var isHopDue = false

  /// True: the front loop is to be told; false: it is being told already.
  mutating func dueHop() -> Bool {
    defer { isHopDue = true }
    return !isHopDue
  }

  mutating func setHead(_ status: Int, _ headers: HeaderBlock, _ trace: CallTrace) {
    batch.head = (status, headers)
    batch.trace = trace
  }

  /// False: no more room.
  mutating func add(_ bytes: UnsafeRawBufferPointer) -> Bool {
    batch.bytes.writeBytes(bytes)
    batch.wakes = batch.bytes.readableBytes >= Self.maxBytes
    return !batch.wakes
  }

  mutating func finish(_ result: Result<Void, CallFailure>, trailers: HeaderBlock?, _ trace: CallTrace) {
    batch.result = result
    batch.trace = trace
    batch.trailers = trailers
  }

  mutating func hopArrived() {
    isHopDue = false
  }

  mutating func take() -> Batch {
    defer { batch = Batch() }
    return batch
  }
}
