import Glibc
import TestSockets

/// *Immutable.* A loopback port that refuses connections until `stop`.
final class RefusingPort: Sendable {
  private let descriptor: Int32
  let origin: String

  init() {
    let (descriptor, port) = Loopback.bind()
    self.descriptor = descriptor
    origin = "http://127.0.0.1:\(port)"
  }

  func stop() {
    close(descriptor)
  }
}
