import Locking
import Resolving
import Synchronization
import TestSockets
import Testing
import Timing

@testable import Transfers

/// Names of which the test says what they lead to.
@Suite(.ownThreads) struct NameTests {
  /// *Guarded by its mutex.* What a name leads to, and how often that was asked.
  private final class Directory: Sendable {
    private let state: Locked<(addresses: [String], lookups: Int)>
    private let gate: Gate

    /// Nobody gets an answer before `gate` is open.
    init(_ addresses: [String], gate: Gate? = nil) {
      state = Locked((addresses, 0))
      self.gate = gate ?? Gate()
      if gate == nil { self.gate.open() }
    }

    var lookups: Int { state.withLock { $0.lookups } }

    func move(to addresses: String...) {
      state.withLock { $0.addresses = addresses }
    }

    func origin(_ server: ScriptedServer, connectTimeout: Duration = .seconds(600)) -> Origin {
      var settings = OriginSettings()
      settings.connectTimeout = connectTimeout
      let resolver = Resolver { [self] _ in
        state.withLock { $0.lookups += 1 }
        gate.wait()
        return .success(state.withLock { $0.addresses })
      }
      return Origin(address: "http://backend.test:\(server.port)", settings: settings, resolver: resolver)
    }
  }

  /// The same port of two addresses of this machine; each says who it is.
  private func pair() -> [ScriptedServer] {
    let first = ScriptedServer(answering: { _ in ok("first") })
    let second = ScriptedServer(host: 0x7F00_0002, port: first.port) { peer in
      while peer.readRequest() != nil { peer.send(ok("second")) }
    }
    return [first, second]
  }

  private func withPair(
    _ directory: Directory, _ body: @Sendable (TransferLoop, Origin, [ScriptedServer]) async -> Void
  ) async {
    let servers = pair()
    defer { for server in servers { server.stop() } }
    await withLoop { await body($0, directory.origin(servers[0]), servers) }
  }

  @Test func theNameStaysInTheRequest() async {
    let server = ScriptedServer(answering: { ok($0["host"] ?? "") })
    defer { server.stop() }
    await withLoop { loop in
      #expect(await loop.get(Directory(["127.0.0.1"]).origin(server)).text == "backend.test:\(server.port)")
    }
  }

  @Test func theNameIsWhatTheCertificateMustHave() async throws {
    let server = try TLSServer.start()
    defer { server.stop() }
    var settings = OriginSettings()
    settings.connectTimeout = .seconds(600)
    settings.authorities = try Certificates.shared.get().authority
    let resolver = Resolver { _ in .success(["127.0.0.1"]) }
    func origin(_ host: String) -> Origin {
      Origin(address: "https://\(host):\(server.port)", settings: settings, resolver: resolver)
    }
    let (right, wrong) = (origin("backend.internal"), origin("other.internal"))
    await withLoop { loop in
      #expect(await loop.get(right).text?.hasPrefix("backend.internal;") == true)
      #expect(await loop.get(wrong).word == "connect")
    }
  }

  @Test func manyTransfersWaitForOneLookup() async {
    let gate = Gate()
    let directory = Directory(["127.0.0.1"], gate: gate)
    let server = ScriptedServer(answering: { _ in ok("here") })
    defer { server.stop() }
    await withLoop { loop in
      let origin = directory.origin(server)
      let transfers = (0..<200).map { _ in Task { await loop.get(origin) } }
      while loop.currentTransferCount < 200 { await Task.yield() }
      gate.open()
      for transfer in transfers { #expect(await transfer.value.text == "here") }
      #expect(directory.lookups == 1)
    }
  }

  @Test func aLookupThatHangsEndsTransfersAndIsNotBegunAgain() async {
    let gate = Gate()
    defer { gate.open() }
    let directory = Directory(["127.0.0.1"], gate: gate)
    let server = ScriptedServer(answering: { _ in ok("here") })
    defer { server.stop() }
    await withLoop { loop in
      let origin = directory.origin(server, connectTimeout: .milliseconds(20))
      let transfers = (0..<50).map { _ in Task { await loop.get(origin) } }
      for transfer in transfers { #expect(await transfer.value.word == "connect") }
      let patient = directory.origin(server)
      // The second origin has a resolver of its own, whose thread may begin late; and on a busy machine the time of a
      // transfer may be up before it asks.
      repeat {
        let late = await loop.sendWithin(TransferRequest(origin: patient, target: "/"), .milliseconds(20))
        #expect(late.word == "timeout")
      } while directory.lookups < 2
      #expect(directory.lookups == 2)
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test func whatWaitsForANameCanBeGivenUp() async {
    let gate = Gate()
    defer { gate.open() }
    let server = ScriptedServer(answering: { _ in ok("here") })
    defer { server.stop() }
    let origin = Directory(["127.0.0.1"], gate: gate).origin(server)
    await withLoop { loop in
      let request = TransferRequest(origin: origin, target: "/")
      let task = Task(executorPreference: loop.reactor) { await loop.perform(request) }
      let probe = StreamProbe()
      let stream = await Task(executorPreference: loop.reactor) {
        loop.stream(StreamRequest(patient: origin, target: "/"), delegate: probe)
      }.value
      while loop.currentTransferCount < 2 { await Task.yield() }
      task.cancel()
      #expect(await task.value.word == "cancelled")
      loop.reactor.execute { stream.cancel() }
      #expect(await probe.end().word == "cancelled")
      let rest = Task { await loop.get(origin) }
      while loop.currentTransferCount < 1 { await Task.yield() }
      loop.shutdown()
      #expect(await rest.value.word == "cancelled")
    }
  }

  @Test func requestsAreSpreadOverAllAddresses() async {
    await withPair(Directory(["127.0.0.1", "127.0.0.2"])) { loop, origin, servers in
      var counts: [String: Int] = [:]
      for _ in 0..<20 { counts[await loop.get(origin).text ?? "", default: 0] += 1 }
      #expect(counts == ["first": 10, "second": 10])
      #expect(servers.map(\.connectionCount) == [1, 1])
    }
  }

  @Test(arguments: ["GET", "POST"]) func anAddressThatRefusesIsPassedOver(method: String) async {
    await withPair(Directory(["127.0.0.3", "127.0.0.2"])) { loop, origin, _ in
      for _ in 0..<20 {
        var request = TransferRequest(origin: origin, method: method, target: "/")
        if method == "POST" { request.body = [1, 2, 3] }
        #expect(await loop.send(request).text == "second")
      }
    }
  }

  @Test func aStreamGoesOnWithTheNextAddress() async {
    let directory = Directory(["127.0.0.3", "127.0.0.2"])
    await withPair(directory) { loop, origin, _ in
      for _ in 0..<4 {
        var request = StreamRequest(patient: origin, method: "POST", target: "/")
        request.bodyLength = .known(3)
        #expect(await loop.run(request, StreamProbe(body: [.bytes([1, 2, 3])])).text == "second")
      }
    }
  }

  @Test func anAddressThatSaysNothingGetsHalfOfTheTime() async throws {
    let silent = try SilentListener(host: 0x7F00_0003)
    defer { silent.stop() }
    let server = ScriptedServer(host: 0x7F00_0002, port: silent.port) { peer in
      while peer.readRequest() != nil { peer.send(ok("second")) }
    }
    defer { server.stop() }
    await withLoop { loop in
      let origin = Directory(["127.0.0.3", "127.0.0.2"]).origin(server, connectTimeout: .seconds(4))
      for _ in 0..<10 { #expect(await loop.get(origin).text == "second") }
      #expect(origin.destinations.withLock { $0.all.map(\.isShunned) } == [true, false])
    }
  }

  /// No request in between is lost: neither over the kept connection, nor over a new one.
  @Test(arguments: [true, false]) func aNameThatMovesIsAskedAgainAtOnce(keeps: Bool) async {
    let directory = Directory(["127.0.0.1"])
    await withPair(directory) { loop, origin, servers in
      if keeps { #expect(await loop.get(origin).text == "first") }
      servers[0].stop()
      if !keeps { #expect(await loop.get(origin).word == "connect") }
      directory.move(to: "127.0.0.2")
      while await loop.get(origin).text != "second" { #expect(!keeps) }
      #expect(await loop.get(origin).text == "second")
    }
  }

  @Test func allAddressesRefuse() async {
    let directory = Directory(["127.0.0.3", "127.0.0.4"])
    await withPair(directory) { loop, origin, _ in
      for _ in 0..<50 { #expect(await loop.get(origin).word == "connect") }
      #expect(loop.currentTransferCount == 0)
    }
  }
}
