import Foundation
import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct UnixSocketTests {
  @Test func connectsToAFile() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("weft-\(UUID().uuidString).sock").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let server = ScriptedServer(unixSocket: path) { peer in
      while let request = peer.readRequest() { peer.send(ok("\(request["host"] ?? "")\(request.target)")) }
    }
    defer { server.stop() }
    var settings = OriginSettings()
    settings.unixSocket = path
    let origin = Origin(address: "http://backend.local", settings: settings)
    let tcp = ScriptedServer(answering: { _ in ok("tcp") })
    defer { tcp.stop() }
    await withLoop { loop in
      // The same handle by turns: neither address sticks.
      for _ in 0..<3 {
        #expect(await loop.get(origin, "/x").text == "backend.local/x")
        #expect(await loop.get(Origin(patient: tcp.address)).text == "tcp")
      }
      #expect(server.connectionCount == 1)
    }
  }
}
