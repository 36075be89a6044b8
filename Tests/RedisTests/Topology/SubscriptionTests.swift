import NIOCore
import Redis
import TestRedis
import Testing

struct SubscriptionTests {
  private enum Told: Equatable, Sendable {
    case begin, loss
    case message(String)
  }

  @Test func messagesAreHeardAndALossIsTold() async throws {
    let server = try await RedisServer.start()
    let link = try TestedLink(server.url)
    let (told, continuation) = AsyncStream.makeStream(of: Told.self)
    let subscription = link.topology.subscription(to: "events", on: link.loop)
    subscription.onBegin = { continuation.yield(.begin) }
    subscription.onLoss = { continuation.yield(.loss) }
    subscription.onMessage = { continuation.yield(.message($0)) }
    let confined = LoopConfined(subscription, to: link.loop)
    confined.execute { $0.start() }
    var iterator = told.makeAsyncIterator()
    #expect(await iterator.next() == .begin)
    for text in ["one", "two"] {
      await server.cli("PUBLISH", "events", text)
      #expect(await iterator.next() == .message(text))
    }
    await server.cli("CLIENT", "KILL", "TYPE", "pubsub")
    #expect(await iterator.next() == .loss)
    #expect(await iterator.next() == .begin)
    await server.cli("PUBLISH", "events", "three")
    #expect(await iterator.next() == .message("three"))
    confined.execute { $0.stop() }
    await link.stop()
  }
}
