/// What a scripted backend does with one request.
struct ScriptedAnswer: Sendable {
  enum Framing: String, Sendable, Decodable {
    /// `Content-Length`.
    case length
    case chunked
    /// Neither: the body ends with the connection.
    case close
    /// No body and no framing header, as for 204.
    case none
  }

  enum Fault: String, Sendable, Decodable {
    /// The connection ends in order.
    case close
    case reset
    /// Nothing more, for as long as the peer stays.
    case hang
  }

  var status = 200
  /// Whole lines. `Content-Type: application/json` is added where none is named.
  var headers: [String] = []
  /// Sent one by one, with `gap` between them; chunked framing makes a chunk of each.
  var pieces: [[UInt8]] = []
  var framing = Framing.length
  /// Announced in `Content-Length` beyond what is sent.
  var missing = 0
  /// Sent as they are in place of head and body.
  var raw: [UInt8]?
  /// Before the first byte, in milliseconds.
  var delay = 0
  /// Between two pieces, in milliseconds.
  var gap = 0
  /// Waited at before the first byte.
  var barrier: Barrier?
  /// Instead of any answer.
  var fault: Fault?
  /// After what was sent.
  var then: Fault?
  /// Takes the connection over instead of all the above; the connection is closed after it.
  var custom: (@Sendable (TCPStream) throws -> Void)?

  static func json(_ text: String, status: Int = 200) -> ScriptedAnswer {
    var answer = ScriptedAnswer()
    answer.status = status
    answer.pieces = [Array(text.utf8)]
    return answer
  }

  static func fault(_ fault: Fault) -> ScriptedAnswer {
    var answer = ScriptedAnswer()
    answer.fault = fault
    return answer
  }

  static func custom(_ body: @escaping @Sendable (TCPStream) throws -> Void) -> ScriptedAnswer {
    var answer = ScriptedAnswer()
    answer.custom = body
    return answer
  }

  func waiting(at barrier: Barrier) -> ScriptedAnswer {
    var answer = self
    answer.barrier = barrier
    return answer
  }

  /// The head that announces `pieces`.
  var headText: String {
    var lines = ["HTTP/1.1 \(status) Scripted"] + headers
    if framing != .none, !headers.contains(where: { $0.lowercased().hasPrefix("content-type:") }) {
      lines.append("Content-Type: application/json")
    }
    switch framing {
    case .length: lines.append("Content-Length: \(pieces.reduce(missing) { $0 + $1.count })")
    case .chunked: lines.append("Transfer-Encoding: chunked")
    case .close: lines.append("Connection: close")
    case .none: break
    }
    return lines.joined(separator: "\r\n") + "\r\n\r\n"
  }
}
