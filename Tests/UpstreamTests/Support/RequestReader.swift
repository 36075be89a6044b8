import Glibc

/// Reads requests off a blocking socket, one after another; bodies by `Content-Length` only.
struct RequestReader {
  private let descriptor: Int32
  private var bytes: [UInt8] = []

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// `nil`: the connection has ended.
  mutating func next() -> ScriptedServer.Request? {
    guard let end = readHead() else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
    let words = lines[0].split(separator: " ").map(String.init)
    let length =
      lines.lazy.filter { $0.lowercased().hasPrefix("content-length:") }
      .compactMap { Int($0.dropFirst(15).filter { $0 != " " }) }.first ?? 0
    bytes.removeFirst(end + 4)
    while bytes.count < length { guard fill() else { return nil } }
    let body = Array(bytes.prefix(length))
    bytes.removeFirst(length)
    return .init(method: words[0], target: words[1], headers: Array(lines.dropFirst()), body: body)
  }

  private mutating func readHead() -> Int? {
    while true {
      if bytes.count >= 4, let end = (0...(bytes.count - 4)).first(where: { bytes[$0..<$0 + 4] == [13, 10, 13, 10] }) {
        return end
      }
      guard fill() else { return nil }
    }
  }

  private mutating func fill() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { return false }
    bytes.append(contentsOf: chunk[..<count])
    return true
  }
}
