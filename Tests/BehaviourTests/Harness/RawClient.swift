/// A client that sends exactly the bytes it is told to. Confined to one thread.
final class RawClient {
  /// Header lines of a request that changes something by the admin address.
  static let admin = ["Host: localhost", "X-Weft-Admin: 1"]

  let stream: TCPStream

  init(port: UInt16, receiveBuffer: Int32? = nil) throws {
    stream = try TCPStream.connect(port: port, receiveBuffer: receiveBuffer)
  }

  func sendRaw(_ text: String) throws { try stream.write(text) }

  func sendRaw(_ bytes: [UInt8]) throws { try stream.write(bytes) }

  /// Sends a request with `Host: gateway.test` unless `headers` (whole lines) name one, and `Content-Length` for a
  /// body.
  func send(_ requestLine: String, headers: [String] = [], body: [UInt8]? = nil) throws {
    try sendRaw(Self.request(requestLine, headers: headers, body: body))
  }

  static func request(_ requestLine: String, headers: [String] = [], body: [UInt8]? = nil) -> [UInt8] {
    var lines = ["\(requestLine) HTTP/1.1"]
    if !headers.contains(where: { $0.lowercased().hasPrefix("host:") }) { lines.append("Host: gateway.test") }
    lines += headers
    let isFramed = headers.contains {
      $0.lowercased().hasPrefix("content-length:") || $0.lowercased().hasPrefix("transfer-encoding:")
    }
    if let body, !isFramed { lines.append("Content-Length: \(body.count)") }
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? [])
  }

  /// The final answer to a request with `method`; informational ones are passed over. `nil` where the gateway closed
  /// the connection instead.
  func receive(method: String = "GET") throws -> RawResponse? {
    while let head = try stream.readHead() {
      var response = RawResponse(head: head, body: [], isComplete: true)
      if (100..<200).contains(response.status) { continue }
      if method != "HEAD", response.status != 204, response.status != 304 {
        (response.body, response.isComplete) = try stream.readBody(head, untilCloseByDefault: true)
      }
      return response
    }
    return nil
  }

  /// One request and its answer on a new connection.
  static func exchange(
    port: UInt16, _ requestLine: String, headers: [String] = [], body: [UInt8]? = nil
  ) throws -> RawResponse {
    let client = try RawClient(port: port)
    try client.send(requestLine, headers: headers, body: body)
    let method = requestLine.prefix { $0 != " " }
    guard let response = try client.receive(method: String(method)) else {
      throw SocketFailure.closed
    }
    return response
  }
}
