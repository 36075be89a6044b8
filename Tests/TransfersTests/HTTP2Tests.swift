import Foundation
import Messages
import TestSockets
import Testing

@testable import Transfers

/// Against nghttpd (Debian: nghttp2-server), which speaks nothing but HTTP/2.
@Suite(.enabled(if: ChildServer.nghttpd != nil, "nghttpd is not installed"), .ownThreads)
struct HTTP2Tests {
  private let content = Data((0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })

  private func start(tls: Bool) throws -> ChildServer {
    let certificates = try Certificates.shared.get()
    let root = certificates.directory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
    try content.write(to: root.appendingPathComponent("large"))
    try Data("small".utf8).write(to: root.appendingPathComponent("small"))
    return try ChildServer(ChildServer.nghttpd ?? "") { port in
      ["-d", root.path, "--echo-upload", "-a", "127.0.0.1"] + (tls ? [] : ["--no-tls"]) + [String(port)]
        + (tls ? [certificates.serverKey, certificates.serverCertificate] : [])
    }
  }

  private func origin(_ server: ChildServer, tls: Bool) throws -> Origin {
    var settings = OriginSettings()
    settings.connectTimeout = .seconds(600)
    guard tls else {
      settings.version = .http2PriorKnowledge
      return Origin(address: "http://127.0.0.1:\(server.port)", settings: settings)
    }
    settings.authorities = try Certificates.shared.get().authority
    settings.serverName = "backend.internal"
    return Origin(address: "https://127.0.0.1:\(server.port)", settings: settings)
  }

  @Test(arguments: [false, true])
  func requestsAndBodies(tls: Bool) async throws {
    let server = try start(tls: tls)
    defer { server.stop() }
    let origin = try origin(server, tls: tls)
    await withLoop { loop in
      var request = TransferRequest(origin: origin, target: "/small")
      request.keepsHeaders = true
      let answer = await loop.send(request)
      #expect(answer.text == "small")
      #expect((try? answer.get())?.headers["server"]?.hasPrefix("nghttpd") == true)
      var upload = TransferRequest(origin: origin, method: "PUT", target: "/x")
      upload.body = [UInt8](content[..<100_000])
      let echoed = (try? await loop.send(upload).get())?.body == upload.body
      #expect(echoed)
      #expect(await loop.get(origin, "/none").status == 404)
      #expect(await loop.send(TransferRequest(origin: origin, method: "HEAD", target: "/small")).text == "")
    }
  }

  @Test(arguments: [false, true])
  func manyAtOnce(tls: Bool) async throws {
    let server = try start(tls: tls)
    defer { server.stop() }
    let origin = try origin(server, tls: tls)
    await withLoop { loop in
      for _ in 0..<3 {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<150 {
            group.addTask {
              let target = number % 10 == 0 ? "/large" : "/small"
              #expect((try? await loop.get(origin, target).get())?.body.count == (number % 10 == 0 ? 2_000_000 : 5))
            }
          }
        }
      }
      #expect(loop.currentTransferCount == 0)
    }
  }

  @Test(arguments: [false, true])
  func streamsWithPauses(tls: Bool) async throws {
    let server = try start(tls: tls)
    defer { server.stop() }
    let origin = try origin(server, tls: tls)
    await withLoop { loop in
      let slow = StreamProbe(onPiece: { stream, _ in
        loop.reactor.execute { stream.resumeReceiving() }
        return false
      })
      let record = await loop.run(StreamRequest(patient: origin, target: "/large"), slow)
      #expect(record.word == "ok")
      #expect(record.body == [UInt8](content))

      var request = StreamRequest(patient: origin, method: "POST", target: "/x")
      for length in [BodyLength.known(600_000), .unknown] {
        request.bodyLength = length
        let pieces = (0..<6).flatMap { number in
          [StreamProbe.BodyPiece.wait, .bytes([UInt8](content[(number * 100_000)..<((number + 1) * 100_000)]))]
        }
        let probe = StreamProbe(body: pieces + [.end])
        let stream = await loop.open(request, probe)
        while probe.record.result == nil {
          loop.reactor.execute { stream.resumeSending() }
          await loop.settle()
        }
        #expect(probe.record.word == "ok")
        #expect(probe.record.body == [UInt8](content[..<600_000]))
      }
    }
  }

  @Test func cancellingOneStreamLeavesTheOthers() async throws {
    let server = try start(tls: false)
    defer { server.stop() }
    let origin = try origin(server, tls: false)
    await withLoop { loop in
      let paused = StreamProbe(onPiece: { _, _ in false })
      let stream = await loop.open(StreamRequest(patient: origin, target: "/large"), paused)
      await paused.wait { !$0.body.isEmpty }
      #expect(await loop.get(origin, "/small").text == "small")
      loop.reactor.execute { stream.cancel() }
      #expect(await paused.end().word == "cancelled")
      #expect(await loop.get(origin, "/large").status == 200)
    }
  }

  @Test func version1DoesNotOfferHTTP2() async throws {
    let server = try start(tls: true)
    defer { server.stop() }
    var settings = try origin(server, tls: true).settings
    settings.version = .http1
    let origin = Origin(address: "https://127.0.0.1:\(server.port)", settings: settings)
    await withLoop { loop in #expect(await loop.get(origin).word != "ok") }
  }
}
