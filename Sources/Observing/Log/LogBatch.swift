import Glibc

/// Whole lines that are written together. A value.
struct LogBatch {
  var bytes: [UInt8] = []
  /// Lost lines that the last line tells of; 0 where there is no such line.
  private var told = 0
  /// Of the descriptor, where it refused a line.
  private(set) var fault: Int32 = 0

  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    told = 0
  }

  mutating func tellOfDropped(_ count: Int, _ format: LogFormat) {
    told = count
    var line = LogLine(format)
    line.begin(level: "warning", "log lines were dropped")
    line.field("count", count)
    bytes += line.ended()
  }

  /// In pieces of whole lines that a pipe takes at once, which is what keeps lines of several processes apart. Waits
  /// for a reader for as long as it takes.
  /// - Returns: how many lines the descriptor refused, those counted that the last line would have told of.
  mutating func write(to descriptor: Int32) -> Int {
    var start = 0
    while start < bytes.count {
      let limit = min(start + LogLine.maxBytes, bytes.count)
      let end = bytes[start..<limit].lastIndex(of: LogLine.end).map { $0 + 1 } ?? limit
      guard Self.write(bytes[start..<end], to: descriptor) else {
        fault = errno
        let lines = bytes[start...].count { $0 == LogLine.end }
        return told > 0 ? lines - 1 + told : lines
      }
      start = end
    }
    return 0
  }

  private static func write(_ piece: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
    var rest = piece
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
