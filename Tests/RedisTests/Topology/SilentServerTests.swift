import Locking
import Redis
import TestRedis
import Testing

/// A server that takes commands and does not answer, until it does.
struct SilentServerTests {
  private struct State {
    var isSilent = false
    var unanswered = 0
  }

  @Test func isLeftAloneUntilItAnswersAProbe() async throws {
    let state = Locked(State())
    let server = try await FakeRedis { text in
      state.withLock { state in
        state.unanswered += commands(in: text).count
        guard !state.isSilent else { return nil }
        defer { state.unanswered = 0 }
        return String(repeating: "+PONG\r\n", count: state.unanswered)
      }
    }
    // Of the probe; the commands have their own.
    let link = try TestedLink(server.url) { $0.commandTimeout = .milliseconds(500) }
    #expect(await link.send("PING").success?.string == "PONG")
    state.withLock { $0.isSilent = true }
    for _ in 0..<5 { #expect(await link.send("GET", "a", within: .milliseconds(1)).failure == .timeout) }
    #expect(await link.send("GET", "a").failure == .unavailable)
    #expect(link.allEvents == [.down, .up] + Array(repeating: .timeout, count: 5) + [.down, .breakerOpened])
    #expect(link.log.lines(with: "redis is too slow, and is left alone").count == 1)
    await link.told(.breakerOpened)
    state.withLock { $0.isSilent = false }
    await link.told(.up)
    #expect(await link.send("PING").success?.string == "PONG")
    #expect(link.log.lines(with: "redis answers in time again").count == 1)
    #expect(!link.allEvents.contains(.loss))
    await link.stop()
    await server.stop()
  }
}
