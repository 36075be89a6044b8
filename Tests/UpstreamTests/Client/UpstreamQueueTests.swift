import Messages
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// `maxConcurrent` over real sockets.
struct UpstreamQueueTests {
  private func plan(_ server: ScriptedServer, slots: Int) -> BackendPlan {
    .test(server.origin) { $0.maxConcurrent = slots }
  }

  @Test func noSlotInTimeIsQueue() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server, slots: 1)) { test in
      let first = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { server.hanging == 1 }
      let second = await test.client.send(.test(), within: .milliseconds(20))
      #expect(second.failure == .queue)
      #expect(!second.wasSent)
      server.release()
      #expect(await first.value.status == 200)
      server.release()
      #expect(await test.client.send(.test()).status == 200)
    }
    #expect(server.requests.count == 2)
  }

  @Test func whoWaitsGetsItsTurnInOrder() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server, slots: 1)) { test in
      let gate = try #require(test.backends.all[0].gate)
      var calls: [Task<CallResponse, Never>] = []
      for number in 0..<4 {
        calls.append(Task(executorPreference: test.reactor) { await test.client.send(.test("GET", "/\(number)")) })
        await test.until { server.hanging == 1 && gate.waiting == number }
      }
      for number in 0..<4 {
        await test.until { server.requests.count == number + 1 && server.hanging == 1 }
        server.release()
        #expect(await calls[number].value.status == 200)
      }
    }
    #expect(server.requests.map(\.target) == ["/0", "/1", "/2", "/3"])
  }

  @Test func theQueueIsBounded() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server, slots: 1)) { test in
      let gate = try #require(test.backends.all[0].gate)
      let calls = (0..<11).map { _ in
        Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      }
      await test.until { server.hanging == 1 && gate.waiting == 10 }
      #expect(await test.client.send(.test(), within: .seconds(3600)).failure == .queue)
      server.release(11)
      for call in calls { #expect(await call.value.status == 200) }
      #expect(gate.waiting == 0)
    }
  }

  @Test func whoIsCancelledWhileWaitingLeavesTheQueue() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server, slots: 1)) { test in
      let gate = try #require(test.backends.all[0].gate)
      let first = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { server.hanging == 1 }
      let second = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { gate.waiting == 1 }
      second.cancel()
      let reply = await second.value
      #expect(reply.failure == .cancelled)
      #expect(!reply.wasSent)
      #expect(gate.waiting == 0)
      // The slot of a cancelled call comes free as well.
      first.cancel()
      #expect(await first.value.failure == .cancelled)
      try gate.take()
    }
  }

  @Test func loopsShareTheSlots() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    let backends = Backends([plan(server, slots: 1)])
    let gate = try #require(backends.all[0].gate)
    async let first = TestLoop.run(sharing: backends) { await $0.client.send(.test()) }
    async let second = TestLoop.run(sharing: backends) { await $0.client.send(.test()) }
    try await TestLoop.run(sharing: backends) { test in
      await test.until { server.hanging == 1 && gate.waiting == 1 }
      server.release()
      await test.until { server.requests.count == 2 && server.hanging == 1 }
      server.release()
    }
    let statuses = try await [first.status, second.status]
    #expect(statuses == [200, 200])
  }

  @Test func manyCallsOverManyLoopsNeverExceedTheSlots() async throws {
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    let backends = Backends([plan(server, slots: 3)])
    let gate = try #require(backends.all[0].gate)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<4 {
        group.addTask {
          try await TestLoop.run(sharing: backends) { test in
            await withTaskGroup(of: Int.self) { calls in
              for _ in 0..<7 {
                calls.addTask {
                  var good = 0
                  for _ in 0..<20 { good += await test.client.send(.test()).status == 200 ? 1 : 0 }
                  return good
                }
              }
              return await calls.reduce(0, +)
            }
          }
        }
      }
      let good = try await group.reduce(0, +)
      #expect(good == 560)
    }
    #expect(gate.waiting == 0)
    for _ in 0..<3 { try gate.take() }
    #expect(gate.enter(at: .now()) == .busy)
  }
}
