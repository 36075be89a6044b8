import Glibc

/// *Confined to its test.* A pipe and what was read of it.
final class TestPipe {
  let writing: Int32
  private let reading: Int32
  /// What `read` gave last.
  private(set) var last = ""

  init() {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0, "no pipe")
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// What is there by now, at least a byte; nil at the end.
  func read() -> String? {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(reading, &bytes, bytes.count)
    guard count > 0 else { return nil }
    last = String(decoding: bytes[..<count], as: UTF8.self)
    return last
  }

  /// All that has been written and not read.
  func available() -> String {
    var text = ""
    var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 0) == 1, let more = read() { text += more }
    return text
  }
}
