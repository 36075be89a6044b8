/// What one client of the storm asks for. Its number is in the path, and what the backend makes of it in the answer.
enum StormRequest: CaseIterable {
  /// Three calls, one of them slow and one that needs another's value.
  case page
  /// A call that never ends by itself.
  case hanging
  case small, large
  /// Proxied piece by piece.
  case dripping
  case upload
  /// By a breaker, which opens all the time.
  case fragile
  case keptPage, keptCall

  static let definition = """
    backends:
      quick: { url: "${env.B1}", maxConcurrent: \(permits) }
      slow: { url: "${env.B1}", maxConcurrent: \(permits) }
      streaming: { url: "${env.B1}", maxConcurrent: \(permits) }
      fragile: { url: "${env.B1}", maxConcurrent: \(permits), breaker: { minimumCalls: 3, openFor: 100ms } }
    routes:
      GET /page/:n:
        timeout: 60s
        calls:
          a: GET quick /number/${path.n}
          b: GET slow /slow/${path.n}
          c: GET quick /echo/${a}
      GET /hanging/:n: { timeout: 60s, calls: { v: "GET slow /hang/${path.n}" } }
      GET /small/:n: { proxy: "quick /echo/${path.n}", timeout: 60s }
      GET /large/:n: { proxy: "streaming /large/${path.n}", timeout: 60s }
      GET /dripping/:n: { proxy: "streaming /drip/${path.n}", timeout: 60s }
      POST /upload/:n: { proxy: "streaming /upload/${path.n}", timeout: 60s }
      GET /fragile/:n: { timeout: 60s, meta: { when: never }, calls: { v: "GET fragile /fragile/${path.n}" } }
      GET /keptPage/:n: { timeout: 60s, cache: 1h, calls: { v: "GET slow /slow/${path.n}" } }
      GET /keptCall/:n: { timeout: 60s, calls: { v: { request: "GET slow /slow/${path.n}", cache: 1h } } }
      GET /meet/quick: { timeout: 60s, calls: { v: GET quick /meet } }
      GET /meet/slow: { timeout: 60s, calls: { v: GET slow /meet } }
      GET /meet/streaming: { proxy: streaming /meet, timeout: 60s }
      GET /meet/fragile: { timeout: 60s, calls: { v: GET fragile /meet } }
    """
  static let backends = ["quick", "slow", "streaming", "fragile"]
  /// How many requests a backend is sent at once.
  static let permits = 8
  private static let uploadBytes = 200_000

  static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
    let words = request.target.split(separator: "/")
    let number = Int(words.last ?? "") ?? 0
    var answer = ScriptedAnswer.json("\"\(request.target)\"")
    switch words.first {
    case "number": answer.pieces = [Array("\(number)".utf8)]
    case "slow": answer.delay = number % 6
    case "hang": return .fault(.hang)
    case "large": answer.pieces = [LargeBody.of(number)]
    case "drip":
      answer.pieces = (0..<10).map { Array("\($0) of \(number)\n".utf8) }
      answer.framing = .chunked
      answer.gap = 1
    case "upload" where request.body != body(number): answer.status = 400
    case "fragile" where number % 3 == 0: answer.status = 500
    case "fragile" where number % 3 == 1: answer.delay = 10
    default: break
    }
    return answer
  }

  func bytes(_ number: Int) -> [UInt8] {
    self == .upload
      ? RawClient.request("POST /upload/\(number)", body: Self.body(number))
      : RawClient.request("GET /\(self)/\(number)")
  }

  /// Takes the answer; `nil` where it is the right one, and all of it.
  func fault(_ number: Int, _ client: RawClient) throws -> String? {
    if self == .large {
      let right = try LargeBody.receive(number, from: client)
      return right == LargeBody.count(number) ? nil : "\(self) \(number): right up to byte \(right)"
    }
    guard let answer = try client.receive() else { return "\(self) \(number): closed" }
    let isRight = answer.status == 200 && answer.isComplete && right(number).contains(answer.text)
    return isRight ? nil : "\(self) \(number): \(answer)"
  }

  private func right(_ number: Int) -> [String] {
    switch self {
    case .page: [#"{"a":\#(number),"b":"/slow/\#(number)","c":"/echo/\#(number)"}"#]
    case .hanging, .large: []
    case .small: ["\"/echo/\(number)\""]
    case .dripping: [(0..<10).map { "\($0) of \(number)\n" }.joined()]
    case .upload: ["\"/upload/\(number)\""]
    // Refused by the breaker, or by the backend.
    case .fragile: [#"{"v":"/fragile/\#(number)"}"#, #"{"v":null}"#]
    case .keptPage, .keptCall: [#"{"v":"/slow/\#(number)"}"#]
    }
  }

  private static func body(_ number: Int) -> [UInt8] { Array(LargeBody.of(number).prefix(uploadBytes)) }
}
