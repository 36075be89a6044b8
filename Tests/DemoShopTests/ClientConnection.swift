import Glibc

/// A blocking HTTP/1.1 client on one plain socket, which also shows what is broken. *Confined to* one test.
final class ClientConnection {
  struct Failure: Error {
    let what: String
  }

  struct Answer {
    var status: Int
    /// Lower-case names.
    var headers: [String: String]
    var body: String
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(what: "connect: \(errno)") }
    // A test that would wait for ever fails instead.
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit {
    close(descriptor)
  }

  func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
      throw Failure(what: "send: \(errno)")
    }
  }

  func call(_ method: String, _ target: String, body: String? = nil) throws -> Answer {
    var text = "\(method) \(target) HTTP/1.1\r\nHost: shop\r\n"
    if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
    try send(text + "\r\n" + (body ?? ""))
    return try answer(toHead: method == "HEAD")
  }

  func answer(toHead: Bool = false) throws -> Answer {
    while headLength == nil { try receive() }
    let length = headLength ?? 0
    let lines = String(decoding: received[..<length], as: UTF8.self).split(separator: "\r\n")
    received.removeFirst(length + 4)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let sides = line.split(separator: ":", maxSplits: 1)
      headers[sides[0].lowercased()] = String(sides[1].drop { $0 == " " })
    }
    let count = toHead ? 0 : headers["content-length"].flatMap { Int($0) } ?? 0
    while received.count < count { try receive() }
    let body = String(decoding: received[..<count], as: UTF8.self)
    received.removeFirst(count)
    return Answer(status: Int(lines[0].split(separator: " ")[1]) ?? 0, headers: headers, body: body)
  }

  /// 0 where the other side closed in order, the error number where it broke the connection off.
  func awaitEnd() -> Int32 {
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { return 0 }
      if count < 0 { return errno }
    }
  }

  private var headLength: Int? {
    guard received.count >= 4 else { return nil }
    return (0...received.count - 4).first { received[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
  }

  private func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { throw Failure(what: count == 0 ? "closed" : "receive: \(errno)") }
    received += buffer[..<count]
  }
}
