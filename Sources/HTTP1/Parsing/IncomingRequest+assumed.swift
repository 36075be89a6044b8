import Front
import Messages

extension IncomingRequest {
  /// A request that no client sent, read as one that came: for an explanation, or a test of definitions. Throws what a
  /// client would be answered with.
  /// - Parameters:
  ///   - headers: a `Host` among them goes before `host`.
  ///   - address: the client's; `nil`: it has none.
  ///   - trusted: of whom other addresses are believed.
  package static func assumed(
    method: String, target: String, host: String, headers: [(name: String, value: String)], body: [UInt8]?,
    captures: [(name: String, value: String)], address: IPAddress? = nil, trusted: TrustedProxies = TrustedProxies()
  ) throws(RequestFault) -> IncomingRequest {
    var lines = headers.map { "\($0.name): \($0.value)\r\n" }.joined()
    if !headers.contains(where: { $0.name.lowercased() == "host" }) { lines += "Host: \(host)\r\n" }
    let text = Array("\(method) \(target) HTTP/1.1\r\n\(lines)\r\n".utf8)
    let head = try parse(text)
    var random = RandomIDs()
    let client = ClientInfo(
      head, peer: Peer(address: address, trusted), scheme: "http", trusted: trusted, &random)
    let request = IncomingRequest(head, client, bodyLength: body.map { .known($0.count) } ?? BodyLength.none)
    request.pathLength = head.target.utf8.prefix { $0 != UInt8(ascii: "?") }.count
    request.captures = captures
    request.body = body
    return request
  }

  private static func parse(_ text: [UInt8]) throws(RequestFault) -> RequestHead {
    let result: Result<RequestHead, RequestFault> = text.withUnsafeBufferPointer { bytes in
      do throws(RequestFault) {
        return .success(try HeadParser.parse(bytes))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
