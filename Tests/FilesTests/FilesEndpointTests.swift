import Logging
import Messages
import NIOCore
import NIOPosix
import Plans
import TestServers
import Testing

@testable import Files
@testable import Front

/// Where too many requests wait for files, one more is turned away at once.
@Suite struct FilesEndpointTests {
  /// Tells when there is an answer.
  private struct Told: Stage {
    let name = "told"
    let seesAnswers = true
    let tell: @Sendable () -> Void

    func enter(_ exchange: Exchange) -> StageStep { .pass }
    func leave(_ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?) -> (
      any BodyFilter
    )? {
      tell()
      return nil
    }
  }

  @Test func theQueueIsBounded() throws {
    let openings = InFlight(limit: 1)
    let plan = FilesPlan(folder: "/nowhere", source: "nowhere")
    let endpoint = FilesEndpoint(plan, openings: openings, logger: Logger(label: "test"))
    let sink = TestSink(Site([(entry("GET /*rest"), [], endpoint)]))
    #expect(openings.enter())
    let exchange = try sink.request("GET", "/a.txt")
    #expect(sink.events.first?.hasPrefix("503 ") == true && sink.events.first?.contains("Retry-After=1") == true)
    #expect(exchange.record.refused?.stage == "busy")
    #expect(openings.current == 1)
  }

  /// A place is given back when the file was opened, or could not be.
  @Test func aPlaceIsGivenBack() async throws {
    let openings = InFlight(limit: 1)
    let plan = FilesPlan(folder: "/nowhere", source: "nowhere")
    let endpoint = FilesEndpoint(plan, openings: openings, logger: Logger(label: "test"))
    let loop = MultiThreadedEventLoopGroup.singleton.any()
    for _ in 0..<3 {
      let answered = loop.makePromise(of: Void.self)
      let stage = Told { answered.succeed() }
      let sink = try await loop.submit {
        let sink = TestSink(Site([(entry("GET /*rest"), [stage], endpoint)]), on: loop)
        try sink.request("GET", "/a.txt")
        return NIOLoopBound(sink, eventLoop: loop)
      }.get()
      _ = sink
      try await answered.futureResult.get()
    }
    #expect(openings.current == 0)
  }
}
