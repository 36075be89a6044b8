import Glibc
import Synchronization
import TestSockets
import Testing
import Timing

@testable import Transfers

/// What breaks, and the word it ends with.
@Suite(.ownThreads) struct FaultTests {
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var word: String
    var script: ScriptedServer.Script

    init(_ name: String, _ word: String, _ script: @escaping ScriptedServer.Script) {
      self.name = name
      self.word = word
      self.script = script
    }

    var testDescription: String { name }
  }

  private static func answer(_ text: String, reset: Bool = false) -> ScriptedServer.Script {
    { peer in
      guard peer.readRequest() != nil else { return }
      peer.send(text)
      if reset { peer.reset() }
    }
  }

  static let faults: [Fault] = [
    Fault("closed at once", "connect") { _ in },
    Fault("reset at once", "connect") { $0.reset() },
    Fault("closed before the head", "connect") { _ = $0.readRequest() },
    Fault("reset before the head", "connect") { peer in
      _ = peer.readRequest()
      peer.reset()
    },
    Fault("closed within the head", "invalid", answer("HTTP/1.1 200 OK\r\nContent-")),
    Fault("reset within the head", "invalid", answer("HTTP/1.1 200 OK\r\nContent-Le", reset: true)),
    Fault("closed after an interim answer", "invalid", answer("HTTP/1.1 103 Early Hints\r\n\r\n")),
    Fault("reset within the body", "invalid", answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", reset: true)),
    Fault("truncated by length", "invalid", answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")),
    Fault("truncated in a chunk", "invalid", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc")),
    Fault("no last chunk", "invalid", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")),
    Fault(
      "garbage for a chunk", "invalid", answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\nabc\r\n")),
    Fault("garbage", "invalid", answer("\u{16}\u{3}\u{1}garbage\r\n\r\n")),
    Fault("another protocol", "invalid", answer("220 smtp.example.com ESMTP\r\n")),
    Fault("no status", "invalid", answer("HTTP/1.1 abc\r\n\r\n")),
    Fault(
      "contradicting lengths", "invalid", answer("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: x\r\n\r\nabc")
    ),
    Fault("a line without end", "invalid", answer("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 200_000))),
    Fault(
      "too many lines", "invalid",
      answer(
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X: \(String(repeating: "y", count: 1000))\r\n", count: 400)
          + "Content-Length: 0\r\n\r\n")),
    Fault("too large by length", "tooLarge", answer("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\nabc")),
    Fault("too large in chunks", "tooLarge") { peer in
      _ = peer.readRequest()
      peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      while peer.send(Array("1000\r\n\(String(repeating: "x", count: 0x1000))\r\n".utf8)) {}
    },
    Fault("too large until close", "tooLarge") { peer in
      _ = peer.readRequest()
      peer.send("HTTP/1.1 200 OK\r\n\r\n")
      while peer.send([UInt8](repeating: 1, count: 10_000)) {}
    },
    Fault("hangs before the head", "timeout") { $0.waitForClose() },
    Fault("hangs within the head", "timeout") { peer in
      peer.send("HTTP/1.1 200 OK\r\nX")
      peer.waitForClose()
    },
    Fault("hangs within the body", "timeout") { peer in
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
      peer.waitForClose()
    },
    Fault("drips", "timeout") { peer in
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
      while peer.send([1]) { usleep(2000) }
    },
  ]

  @Test(arguments: faults, ["GET", "POST"])
  func endsWithItsWord(fault: Fault, method: String) async {
    await withServer(ScriptedServer(fault.script)) { loop, origin in
      var request = TransferRequest(origin: origin, method: method, target: "/")
      request.maxResponseBytes = 100_000
      request.deadline = Instant.now().advanced(by: fault.word == "timeout" ? .milliseconds(60) : .seconds(60))
      let result = await loop.send(request)
      #expect(result.word == fault.word, "\(result)")
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test(arguments: faults)
  func endsAStreamWithItsWord(fault: Fault) async {
    await withServer(ScriptedServer(fault.script)) { loop, origin in
      var request = StreamRequest(patient: origin, target: "/")
      if fault.word == "timeout", fault.name != "drips" {
        request.headTimeout = .milliseconds(60)
        request.idleTimeout = .milliseconds(60)
      }
      // No limit there, and a drip is no silence: the other side gives up.
      let probe = StreamProbe(onPiece: { stream, record in
        if record.body.count > 100_000 || fault.name == "drips" { stream.cancel() }
        return true
      })
      let word = fault.word == "tooLarge" || fault.name == "drips" ? "cancelled" : fault.word
      let record = await loop.run(request, probe)
      #expect(record.word == (fault.name == "too large by length" ? "invalid" : word), "\(record.result as Any)")
      #expect(record.endCount == 1)
      #expect(record.callsAfterEnd == 0)
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test func refused() async {
    let server = ScriptedServer { _ in }
    server.stop()
    await withLoop { loop in
      #expect(await loop.get(Origin(patient: server.address)).word == "connect")
      #expect(await loop.get(Origin(address: "http://no-such-name.invalid")).word == "connect")
      var settings = OriginSettings()
      settings.unixSocket = "/no/such/socket"
      #expect(await loop.get(Origin(address: "http://local", settings: settings)).word == "connect")
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test func connectTimeout() async throws {
    let listener = try SilentListener()
    defer { listener.stop() }
    let address = "http://127.0.0.1:\(listener.port)"
    await withLoop { loop in
      var settings = OriginSettings()
      settings.connectTimeout = .milliseconds(50)
      var request = TransferRequest(origin: Origin(address: address, settings: settings), target: "/")
      #expect(await loop.sendWithin(request, .seconds(600)).word == "connect")
      settings.connectTimeout = .seconds(600)
      request.origin = Origin(address: address, settings: settings)
      #expect(await loop.sendWithin(request, .milliseconds(10)).word == "timeout")
    }
  }

  private static var openDescriptors: Int {
    (0..<4096).count { fcntl(Int32($0), F_GETFD) >= 0 }
  }

  /// Descriptors are as many as before, once the loop is gone.
  @Test func leaksNoDescriptor() async {
    // Other tests open and close their own meanwhile, so those of a child process are counted.
    await #expect(processExitsWith: .success) {
      await withTaskExecutorPreference(ThreadPerJob.shared) { await FaultTests.faultsByTheDozen() }
    }
  }

  private static func faultsByTheDozen() async {
    await withLoop { _ in }
    let before = openDescriptors
    await withLoop { loop in
      for fault in faults where fault.word != "timeout" {
        let server = ScriptedServer(fault.script)
        let origin = Origin(patient: server.address)
        for _ in 0..<20 {
          var request = TransferRequest(origin: origin, target: "/")
          request.maxResponseBytes = 100_000
          let word = await loop.send(request).word
          precondition(word == fault.word, "\(fault.name): \(word)")
        }
        server.stop()
      }
      precondition(openDescriptors < before + 40, "\(openDescriptors) descriptors, \(before) before")
    }
    precondition(openDescriptors == before, "\(openDescriptors) descriptors, \(before) before")
  }
}
