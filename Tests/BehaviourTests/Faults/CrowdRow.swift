import Testing

/// What happens to one of many HTTP/2 requests that are under way at once; a row of docs/faults.md.
struct CrowdRow: Sendable, CustomTestStringConvertible {
  var name: String
  var method = "GET"
  var call: FaultRow.CallEnd
  var proxy: FaultRow.ProxyEnd
  /// The gateway asks once more, over a new connection.
  var isRepeated = false
  /// Of the victims: the call's, and the proxy's to the head and between bytes. Short where the fault is silence.
  var time = "60s"
  var headTime = "60s"
  /// What becomes of its stream.
  var fault: @Sendable (HTTP2Peer, UInt32) throws -> Void

  var testDescription: String { "one of a hundred: \(name)" }

  var line: FaultLine {
    FaultLine(
      fault: testDescription, call: isRepeated ? "repeated once" : call.description,
      proxy: isRepeated ? "repeated once" : proxy.description, test: "whatHappensToOneHappensToNoOther")
  }

  static let all = before("GET") + before("POST") + within + whole

  private static let well = Array(FaultyBackend.well.utf8)

  private static func before(_ method: String) -> [CrowdRow] {
    let faults: [(String, @Sendable (HTTP2Peer, UInt32) throws -> Void)] = [
      ("RST_STREAM, internal error", { try $0.reset($1, code: 2) }),
      ("RST_STREAM, cancel", { try $0.reset($1, code: 8) }),
      ("GOAWAY that leaves it out", { peer, _ in try peer.goAway(last: 0) }),
      ("closed", { peer, _ in peer.stream.shutDown() }),
      ("reset", { peer, _ in peer.stream.reset() }),
      (
        "a head that can't be decoded", { try $0.send(.headers, flags: 4, stream: $1, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) }
      ),
    ]
    let isSafe = method == "GET"
    let refused = CrowdRow(
      name: "RST_STREAM, refused, of a \(method)", method: method,
      call: isSafe ? .value(FaultyBackend.well) : .failed("connect"),
      proxy: isSafe ? .passedOn(200, well) : .problem(502), isRepeated: isSafe
    ) { try $0.reset($1, code: 7) }
    return [refused]
      + faults.map { name, fault in
        CrowdRow(
          name: "\(name), of a \(method)", method: method, call: .failed("connect"), proxy: .problem(502), fault: fault)
      } + [
        CrowdRow(
          name: "hangs before the head, of a \(method)", method: method, call: .failed("timeout"), proxy: .problem(504),
          time: "2s", headTime: "2s"
        ) { _, _ in }
      ]
  }

  private static let within: [CrowdRow] = {
    let faults: [(String, @Sendable (HTTP2Peer, UInt32) throws -> Void)] = [
      ("RST_STREAM within the body", { try $0.reset($1, code: 2) }),
      ("RST_STREAM, cancel, within the body", { try $0.reset($1, code: 8) }),
      (
        "GOAWAY with an error, then closed within the body",
        {
          try $0.goAway(last: $1, code: 2); $0.stream.shutDown()
        }
      ),
      ("closed within the body", { peer, _ in peer.stream.shutDown() }),
      ("reset within the body", { peer, _ in peer.stream.reset() }),
    ]
    return faults.map { name, fault in
      CrowdRow(name: name, call: .failed("invalid"), proxy: .brokenOff) { peer, stream in
        try begin(peer, stream)
        try fault(peer, stream)
      }
    } + [
      CrowdRow(name: "hangs within the body", call: .failed("timeout"), proxy: .brokenOff, time: "2s", fault: begin)
    ]
  }()

  private static let whole: [CrowdRow] = {
    let large = [UInt8](repeating: 0x20, count: 5 << 20)
    return [
      CrowdRow(name: "more than maxResponse", call: .failed("invalid"), proxy: .passedOn(200, large)) { peer, stream in
        try peer.sendHead(on: stream)
        for start in stride(from: 0, to: large.count, by: 16_384) {
          try peer.send(.data, flags: 0, stream: stream, Array(large[start..<(start + 16_384)]))
        }
        try peer.sendData("", on: stream, ends: true)
      },
      CrowdRow(name: "GOAWAY that lets all end", call: .value(FaultyBackend.well), proxy: .passedOn(200, well)) {
        try $0.goAway(last: 0x7FFF_FFFF)
        try $0.answer(.json(FaultyBackend.well), on: $1)
      },
      CrowdRow(name: "SETTINGS that allow one stream", call: .value(FaultyBackend.well), proxy: .passedOn(200, well)) {
        try $0.send(.settings, flags: 0, stream: 0, [0, 3, 0, 0, 0, 1])
        try $0.answer(.json(FaultyBackend.well), on: $1)
      },
    ]
  }()

  /// Without a length: only the frames say where the body ends.
  private static func begin(_ peer: HTTP2Peer, _ stream: UInt32) throws {
    try peer.sendHead([("content-type", "application/json")], on: stream)
    try peer.sendData("[12]", on: stream)
    try peer.settle()
  }
}
