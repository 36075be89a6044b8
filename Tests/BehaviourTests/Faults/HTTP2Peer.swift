/// The server's side of one HTTP/2 connection, frame by frame, with no more knowledge than faults need: requests are
/// told apart by their stream only. Confined to one thread.
final class HTTP2Peer {
  enum Frame: UInt8 {
    case data = 0
    case headers, priority, resetStream, settings, pushPromise, ping, goAway, windowUpdate, continuation
  }

  struct Answer {
    var fields: [(String, String)] = []
    var body: [UInt8] = []

    static func json(_ text: String) -> Answer {
      Answer(fields: [("content-type", "application/json")], body: Array(text.utf8))
    }
  }

  let stream: TCPStream

  /// After the preface's first 18 bytes, `PRI * HTTP/2.0`, an empty line.
  init(_ stream: TCPStream) throws {
    self.stream = stream
    guard try stream.read(count: 6) == Array("SM\r\n\r\n".utf8) else { throw SocketFailure.malformed("preface") }
    try send(.settings, flags: 0, stream: 0, [])
  }

  /// The stream of the next request, its body still to come; throws where the client leaves instead.
  func nextStream() throws -> UInt32 {
    while true { if let stream = try takeFrame() { return stream } }
  }

  /// The same, or `nil` where no request came for so long.
  func nextStream(waiting milliseconds: Int32) throws -> UInt32? {
    while stream.hasInput(waiting: milliseconds) { if let stream = try takeFrame() { return stream } }
    return nil
  }

  /// Answers one frame where that needs an answer; the stream where it begins a request.
  private func takeFrame() throws -> UInt32? {
    guard let (head, payload) = try readFrame() else { throw SocketFailure.closed }
    switch Frame(rawValue: head[3]) {
    case .headers: return Self.number(head[5...])
    case .settings where head[4] & 1 == 0: try send(.settings, flags: 1, stream: 0, [])
    case .ping where head[4] & 1 == 0: try send(.ping, flags: 1, stream: 0, payload)
    default: break
    }
    return nil
  }

  /// `nil` at the end.
  private func readFrame() throws -> (head: [UInt8], payload: [UInt8])? {
    let head = try stream.read(count: 9)
    guard head.count == 9 else { return nil }
    let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    return (head, try stream.read(count: length))
  }

  func answer(_ answer: Answer, on stream: UInt32) throws {
    try sendHead(answer.fields, on: stream)
    try send(.data, flags: 1, stream: stream, answer.body)
  }

  /// `:status: 200` (RFC 7541, table A, entry 8) and fields as literals without indexing.
  func sendHead(_ fields: [(String, String)] = [], on stream: UInt32, ends: Bool = false) throws {
    var block: [UInt8] = [0x88]
    for (name, value) in fields {
      block += [0, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
    }
    try send(.headers, flags: ends ? 5 : 4, stream: stream, block)
  }

  func sendData(_ text: String, on stream: UInt32, ends: Bool = false) throws {
    try send(.data, flags: ends ? 1 : 0, stream: stream, Array(text.utf8))
  }

  /// Returns once the client has looked at all that was sent before.
  func settle() throws {
    try send(.ping, flags: 0, stream: 0, [UInt8](repeating: 1, count: 8))
    while let head = try readFrame()?.head {
      if head[3] == Frame.ping.rawValue, head[4] & 1 == 1 { return }
    }
    throw SocketFailure.closed
  }

  /// `code` as in RFC 9113 §7: 0 no error, 2 internal error, 7 refused stream, 8 cancel.
  func reset(_ stream: UInt32, code: UInt32) throws {
    try send(.resetStream, flags: 0, stream: stream, Self.bytes(code))
  }

  /// Requests up to `last` are answered, later ones were not looked at.
  func goAway(last: UInt32, code: UInt32 = 0) throws {
    try send(.goAway, flags: 0, stream: 0, Self.bytes(last) + Self.bytes(code))
  }

  func send(_ frame: Frame, flags: UInt8, stream number: UInt32, _ payload: [UInt8]) throws {
    let length = payload.count
    let head = [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), frame.rawValue, flags]
    try stream.write(head + Self.bytes(number) + payload)
  }

  /// Answers whatever may still be asked, until the client leaves.
  func waitForEnd() {
    while (try? nextStream()) != nil {}
  }

  private static func bytes(_ number: UInt32) -> [UInt8] {
    [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
  }
}

extension ScriptedAnswer {
  /// For a backend that `streamsBodies`: the preface's first line looks to it like a request.
  static func http2(_ script: @escaping @Sendable (HTTP2Peer) throws -> Void) -> ScriptedAnswer {
    .custom { stream in
      let peer = try HTTP2Peer(stream)
      try script(peer)
      peer.waitForEnd()
    }
  }
}
