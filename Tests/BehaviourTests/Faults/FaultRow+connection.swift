extension FaultRow {
  static let all = connection + silence + heads + framing + bodies + certificates + http2

  /// No byte of an answer comes.
  static let connection = [
    FaultRow("refused", .deadEnd(.refusing), .failed("connect"), .problem(502), attempts: nil),
    FaultRow(
      "black hole: nobody answers the SYN", .deadEnd(.silent), .failed("connect"), .problem(502), attempts: nil),
    FaultRow("no such name in the DNS", .unknownName, .failed("connect"), .problem(502), attempts: nil),
    FaultRow("closed before the head", .answer { _ in .fault(.close) }, .failed("connect"), .problem(502)),
    FaultRow("reset before the head", .answer { _ in .fault(.reset) }, .failed("connect"), .problem(502)),
  ]

  static let certificates = [
    FaultRow("TLS: another name", .certificate(.wrongName), .failed("connect"), .problem(502), attempts: nil),
    FaultRow("TLS: expired", .certificate(.expired), .failed("connect"), .problem(502), attempts: nil),
    FaultRow(
      "TLS: unknown authority", .certificate(.unknownAuthority), .failed("connect"), .problem(502), attempts: nil),
  ]

  /// Nothing more comes, or too little.
  static let silence = [
    FaultRow("hangs before the head", .answer { _ in .fault(.hang) }, .failed("timeout"), .problem(504), time: short),
    FaultRow(
      "hangs within the head", .raw("HTTP/1.1 200 OK\r\nContent-Le", then: .hang), .failed("timeout"), .problem(504),
      time: short),
    FaultRow(
      "hangs after interim answers", .raw("HTTP/1.1 102 Processing\r\n\r\n", then: .hang), .failed("timeout"),
      .problem(504), time: short),
    FaultRow(
      "interim answers now and then, and no other",
      .custom { stream in
        for _ in 0..<200 where !stream.peerIsGone(waiting: 125) { try stream.write("HTTP/1.1 103 Early Hints\r\n\r\n") }
      }, .failed("timeout"), .problem(504), time: short),
    FaultRow(
      "hangs within the body", .raw(head("Content-Length: 9") + "[1", then: .hang), .failed("timeout"), .brokenOff,
      time: short),
    FaultRow(
      "slow drip: a byte now and then", .custom { try drip($0) }, .failed("timeout"),
      .passedOn(200, Array(repeating: 0x20, count: 20)), time: short),
  ]

  /// Long enough for a healthy answer on a machine that is busy.
  private static let short = "1500ms"

  /// In all longer than `short`, each pause much shorter.
  private static func drip(_ stream: TCPStream) throws {
    try stream.write(head("Content-Length: 20"))
    for _ in 0..<20 where !stream.peerIsGone(waiting: 125) { try stream.write(" ") }
  }

  static func head(_ fields: String...) -> String {
    (["HTTP/1.1 200 OK", "Content-Type: application/json"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
  }

  init(
    _ name: String, _ origin: FaultyOrigin, _ call: CallEnd, _ proxy: ProxyEnd, method: String = "GET",
    attempts: Int? = 1, time: String = "10s"
  ) {
    (self.name, self.origin, self.call, self.proxy) = (name, origin, call, proxy)
    (self.method, self.attempts, self.time) = (method, attempts, time)
  }
}
