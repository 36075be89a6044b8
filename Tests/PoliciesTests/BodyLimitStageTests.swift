import Messages
import NIOCore
import Plans
import TestServers
import Testing

@testable import Front
@testable import Policies

/// Bodies that are streamed on are bounded, announced or not.
@Suite struct BodyLimitStageTests {
  private final class Stream: ExchangeStream {
    var pieces: [String] = []

    func received(_ bytes: ByteBuffer) -> Bool {
      pieces.append(String(buffer: bytes))
      return true
    }
    func bodyEnded() { pieces.append("end") }
    func outputDrained() {}
    func abandoned() { pieces.append("abandoned") }
  }

  private func sink(_ served: @escaping @Sendable () -> Void = {}) -> TestSink {
    let stages: [any Stage] = [CORSStage(CORSPlan(origins: .any)), BodyLimitStage(max: 4)]
    return TestSink(Site([(entry("POST /a"), stages, ClosureEndpoint(body: .streamed) { _ in served() })]))
  }

  /// The work does not begin.
  @Test func oneThatSaysItIsTooLong() throws {
    let sink = sink { Issue.record("the work was begun") }
    try sink.request("POST", "/a", body: .known(5))
    #expect(sink.events == ["refused", "413 Access-Control-Allow-Origin=* Cache-Control=no-store"])
  }

  @Test func oneThatTurnsOutToBe() throws {
    let sink = sink()
    let exchange = try sink.request("POST", "/a", body: .unknown)
    let stream = Stream()
    exchange.stream = stream
    for piece in ["ab", "cd"] { #expect(exchange.receive(ByteBuffer(string: piece)).fault == nil) }
    #expect(exchange.receive(ByteBuffer(string: "e")).fault?.status == 413)
    #expect(stream.pieces == ["ab", "cd"])
  }

  @Test func oneThatFits() throws {
    let sink = sink()
    let exchange = try sink.request("POST", "/a", body: .known(4))
    let stream = Stream()
    exchange.stream = stream
    #expect(exchange.receive(ByteBuffer(string: "abcd")).fault == nil)
    exchange.bodyEnded()
    #expect(stream.pieces == ["abcd", "end"])
  }
}

extension Exchange.Reception {
  fileprivate var fault: RequestFault? { if case .tooLarge(let fault) = self { fault } else { nil } }
}
