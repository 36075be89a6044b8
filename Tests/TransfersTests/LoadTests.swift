import Synchronization
import TestSockets
import Testing
import Timing

@testable import Transfers

@Suite(.ownThreads) struct LoadTests {
  /// All thousand are held by the server until the last one is there.
  @Test func aThousandInFlight() async {
    let arrived = Atomic<Int>(0)
    let gate = Gate()
    let server = ScriptedServer { peer in
      while let request = peer.readRequest() {
        if arrived.add(1, ordering: .relaxed).newValue == 1000 { gate.open() }
        gate.wait()
        peer.send(ok(request.target))
      }
    }
    await withServer(server) { loop, origin in
      await Task(executorPreference: loop.reactor) {
        await withTaskGroup(of: Bool.self) { group in
          for number in 0..<1000 {
            group.addTask {
              await loop.perform(TransferRequest(origin: origin, target: "/\(number)")).text == "/\(number)"
            }
          }
          var right = 0
          for await isRight in group where isRight { right += 1 }
          #expect(right == 1000)
        }
      }.value
      #expect(loop.currentTransferCount == 0)
      #expect(server.connectionCount == 1000)
    }
  }

  @Test func cancellingATaskFreesItsSlotAtOnce() async {
    let closed = Atomic<Int>(0)
    let arrived = Gate()
    let server = ScriptedServer { peer in
      _ = peer.readRequest()
      if peer.index == 9 { arrived.open() }
      peer.waitForClose()
      closed.add(1, ordering: .relaxed)
    }
    await withServer(server) { loop, origin in
      let task = Task(executorPreference: loop.reactor) {
        await withTaskGroup(of: String.self) { group in
          for _ in 0..<10 {
            group.addTask { await loop.perform(TransferRequest(origin: origin, target: "/")).word }
          }
          return await group.reduce(into: Set()) { $0.insert($1) }
        }
      }
      await arrived.waitAsync()
      #expect(loop.currentTransferCount == 10)
      task.cancel()
      await loop.settle()
      #expect(loop.currentTransferCount == 0)
      #expect(await task.value == ["cancelled"])
    }
    #expect(closed.load(ordering: .relaxed) == 10)
  }

  @Test func aCancelledTaskBeginsNothing() async {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      for preference in [true, false] {
        let task = Task(executorPreference: preference ? loop.reactor : nil) {
          withUnsafeCurrentTask { $0?.cancel() }
          return await loop.perform(TransferRequest(origin: origin, target: "/")).word
        }
        #expect(await task.value == "cancelled")
      }
      #expect(server.connectionCount == 0)
    }
  }

  @Test func aPassedDeadlineBeginsNothing() async {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      var request = TransferRequest(origin: origin, target: "/")
      request.deadline = .now()
      #expect(await loop.send(request).word == "timeout")
      #expect(server.connectionCount == 0)
    }
  }

  @Test func shutdownCancelsWhatRunsAndRefusesTheRest() async {
    let arrived = Gate()
    let server = ScriptedServer { peer in
      _ = peer.readRequest()
      if peer.index == 9 { arrived.open() }
      peer.waitForClose()
    }
    await withServer(server) { loop, origin in
      let tasks = (0..<10).map { _ in Task { await loop.get(origin) } }
      await arrived.waitAsync()
      loop.shutdown()
      loop.shutdown()
      for task in tasks { #expect(await task.value.word == "cancelled") }
      #expect(await loop.get(origin).word == "cancelled")
      #expect(loop.currentTransferCount == 0)
    }
  }

  /// Giving a lookup up must hold up neither the loop nor the one who gives up.
  @Test func aNameLookupThatIsGivenUpHoldsNothingUp() async {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, origin in
      let slow = Origin(patient: "http://no-such-name.invalid")
      let task = Task(executorPreference: loop.reactor) {
        await loop.perform(TransferRequest(origin: slow, target: "/"))
      }
      for _ in 0..<3 { await loop.settle() }
      task.cancel()
      _ = await task.value
      #expect(await loop.get(origin).status == 200)
    }
  }
}
