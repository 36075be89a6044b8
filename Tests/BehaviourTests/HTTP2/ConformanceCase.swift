/// One strict case of the public conformance list for RFC 9113 and RFC 7541 (h2spec's, by its number). A value.
struct ConformanceCase: Sendable, CustomStringConvertible {
  enum Expectation: Sendable {
    /// GOAWAY with one of these codes, and the end of the connection; or only the end.
    case connectionError([HTTP2Code])
    /// RST_STREAM with one of these codes and a connection that goes on; or a connection error in its place.
    case streamError([HTTP2Code])
    /// A whole answer to the request on a stream.
    case answer(UInt32, status: Int)
    /// The frame is passed over, and the connection goes on.
    case ignored
    /// What `play` has looked at itself.
    case seen
  }

  let name: String
  let expectation: Expectation
  /// Not where the header block is still open: a PING behind it would be the error.
  let probes: Bool
  let play: @Sendable (HTTP2Client) throws -> Void

  var description: String { name }

  init(
    _ name: String, _ expectation: Expectation, probes: Bool = true,
    _ play: @escaping @Sendable (HTTP2Client) throws -> Void
  ) {
    (self.name, self.expectation, self.probes, self.play) = (name, expectation, probes, play)
  }

  static let all = beginnings + frames + streams + frameTypes + flowControl + messages + compression

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  /// Throws what is wrong.
  func run(port: UInt16) throws {
    let client = try HTTP2Client(port: port)
    guard try client.wait(until: { client.acknowledgements == 1 }) else { throw Failure("no SETTINGS") }
    // The server may have closed before all was sent.
    do { try play(client) } catch SocketFailure.broken {}
    switch expectation {
    case .connectionError(let codes):
      guard try !isAlive(client) else { throw Failure("the connection goes on") }
      try check(client, codes)
    case .streamError(let codes):
      let isAlive = try isAlive(client)
      let resets = client.answers.values.compactMap { if case .reset(let code) = $0.end { code } else { nil } }
      if let code = resets.first {
        guard codes.contains(code) else { throw Failure("reset with \(code)") }
        guard isAlive else { throw Failure("reset, and the connection is at its end") }
      } else {
        guard !isAlive else { throw Failure("no reaction") }
        try check(client, codes)
      }
    case .answer(let stream, let status):
      let answer = try client.answer(to: stream)
      guard answer.end == .whole, answer.status == status else { throw Failure("\(answer)") }
      guard try client.settle() else { throw Failure("the connection ends with \(client.goAway as Any)") }
    case .ignored: guard try client.settle() else { throw Failure("ended with \(client.goAway as Any)") }
    case .seen: break
    }
  }

  private func isAlive(_ client: HTTP2Client) throws -> Bool {
    if probes { return try client.settle() }
    _ = try client.end()
    return false
  }

  /// Of a connection that has ended.
  private func check(_ client: HTTP2Client, _ codes: [HTTP2Code]) throws {
    _ = try client.end()
    guard let (_, code) = client.goAway else { return }
    guard let code, codes.contains(code) else { throw Failure("GOAWAY with \(code as Any)") }
  }
}
