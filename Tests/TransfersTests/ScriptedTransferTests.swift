import Locking
import Messages
import Reactor
import Testing
import Timing

@testable import Transfers

/// Transfers that a script answers end as those over a network do.
@Suite struct ScriptedTransferTests {
  /// *Confined to* the loop's thread: `@unchecked Sendable`.
  private final class Script: NetworkScript, @unchecked Sendable {
    let requests = Locked<[ScriptedRequest]>([])
    private let end: ScriptedAnswer.End

    init(_ end: ScriptedAnswer.End) {
      self.end = end
    }

    func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
      requests.withLock { $0.append(request) }
      return ScriptedAnswer(end)
    }
  }

  private static func run(
    _ end: ScriptedAnswer.End, _ change: (inout TransferRequest) -> Void = { _ in }
  ) async -> (Result<TransferResponse, TransferFailure>, [ScriptedRequest]) {
    let script = Script(end)
    let reactor = Reactor(name: "test")
    let loop = TransferLoop(reactor: reactor, script: script)
    reactor.start()
    defer { loop.shutdown() }
    var request = TransferRequest(origin: Origin(address: "http://nowhere.invalid"), target: "/a?b=c")
    change(&request)
    let result = await loop.send(request)
    return (result, script.requests.withLock { $0 })
  }

  @Test func aResponse() async throws {
    let end = ScriptedAnswer.End.response(status: 200, headers: [HeaderField("X-A", "b")], body: Array("hello".utf8))
    let (result, requests) = await Self.run(end) { request in
      request.method = "POST"
      request.headers = [HeaderField("X-B", "c")]
      request.commonHeaders = HeaderText { $0.add("X-C") { $0 += "d".utf8 } }
      request.staticHeaders = PreparedHeaders([HeaderField("Accept", "application/json")]) ?? .none
      request.body = Array("sent".utf8)
      request.keepsHeaders = true
    }
    #expect(result.text == "hello" && result.status == 200)
    #expect(try result.get().headers["x-a"] == "b")
    let request = try #require(requests.first)
    #expect(requests.count == 1 && request.method == "POST" && request.target == "/a?b=c")
    #expect(request.headers.map { "\($0.name): \($0.value)" } == ["X-B: c", "X-C: d", "Accept: application/json"])
    #expect(request.body == Array("sent".utf8))
  }

  @Test func failures() async {
    #expect(await Self.run(.reset).0.word == "connect")
    #expect(await Self.run(.garbage).0.word == "invalid")
    #expect(await Self.run(.silence) { $0.deadline = Instant.now().advanced(by: .milliseconds(1)) }.0.word == "timeout")
    let large = ScriptedAnswer.End.response(status: 200, headers: [], body: [UInt8](repeating: 1, count: 100_000))
    #expect(await Self.run(large) { $0.maxResponseBytes = 99_999 }.0.word == "tooLarge")
    #expect(await Self.run(large) { $0.maxResponseBytes = 100_000 }.0.status == 200)
    #expect(await Self.run(.silence) { $0.target = "/a b" }.0.word == "invalid")
  }

  @Test func whatHasNoBody() async {
    let end = ScriptedAnswer.End.response(status: 204, headers: [], body: [1])
    #expect(await Self.run(end).0.text == "")
    let head = ScriptedAnswer.End.response(status: 200, headers: [], body: [1])
    #expect(await Self.run(head) { $0.method = "HEAD" }.0.text == "")
  }
}
