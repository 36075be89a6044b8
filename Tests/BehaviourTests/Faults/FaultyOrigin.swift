/// Where a fault comes from.
enum FaultyOrigin: Sendable {
  /// A backend that spoils its answer.
  case answer(@Sendable (RecordedRequest) -> ScriptedAnswer)
  /// A backend that speaks HTTP/2 from the first byte, and spoils it.
  case http2(@Sendable (HTTP2Peer) throws -> Void)
  /// Nobody answers there.
  case deadEnd(DeadEnd.Kind)
  /// A name that does not exist (RFC 6761 §6.4).
  case unknownName
  /// A TLS server with a certificate that is not to be believed.
  case certificate(Certificates.Server)

  static func raw(_ text: String, then: ScriptedAnswer.Fault = .close) -> FaultyOrigin {
    raw(Array(text.utf8), then: then)
  }

  /// The bytes of a whole answer, and how the connection ends.
  static func raw(_ bytes: [UInt8], then: ScriptedAnswer.Fault = .close) -> FaultyOrigin {
    .answer { _ in
      var answer = ScriptedAnswer()
      answer.raw = bytes
      answer.then = then
      return answer
    }
  }

  static func custom(_ body: @escaping @Sendable (TCPStream) throws -> Void) -> FaultyOrigin {
    .answer { _ in .custom(body) }
  }
}
