import Foundation
import Testing

@testable import Transfers

@Suite struct EncodingTests {
  private func gzip(_ data: Data) throws -> [UInt8] {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("weft-\(UUID().uuidString)")
    try data.write(to: file)
    try ChildServer.run("gzip", ["-9", file.path])
    let packed = file.appendingPathExtension("gz")
    defer { try? FileManager.default.removeItem(at: packed) }
    return [UInt8](try Data(contentsOf: packed))
  }

  private func server(_ body: [UInt8], encoding: String) -> ScriptedServer {
    ScriptedServer { peer in
      while let request = peer.readRequest() {
        let accepts = request["accept-encoding"] ?? "-"
        peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: \(encoding)\r\nX-Accepts: \(accepts)\r\n")
        peer.send("Content-Length: \(body.count)\r\n\r\n")
        peer.send(body)
      }
    }
  }

  private func request(_ origin: Origin, accepts: Bool = true) -> TransferRequest {
    var request = TransferRequest(origin: origin, target: "/")
    request.acceptsCompression = accepts
    request.keepsHeaders = true
    return request
  }

  @Test func decodesWhatItAskedFor() async throws {
    let text = String(repeating: "weft ", count: 10_000)
    let packed = try gzip(Data(text.utf8))
    await withServer(server(packed, encoding: "gzip")) { loop, origin in
      for _ in 0..<2 {
        let answer = await loop.send(request(origin))
        #expect(answer.text == text)
        #expect((try? answer.get())?.headers["x-accepts"] == "gzip")
        // And not where it did not ask.
        let raw = await loop.send(request(origin, accepts: false))
        #expect((try? raw.get())?.body == packed)
        #expect((try? raw.get())?.headers["x-accepts"] == "-")
        #expect(await loop.run(StreamRequest(patient: origin, target: "/"), StreamProbe()).body == packed)
      }
    }
  }

  /// A hundred megabytes in a hundred kilobytes.
  @Test func aBombIsTooLarge() async throws {
    let packed = try gzip(Data(count: 100_000_000))
    await withServer(server(packed, encoding: "gzip")) { loop, origin in
      #expect(await loop.send(request(origin)).word == "tooLarge")
    }
  }

  @Test(arguments: ["gzip", "br", "zstd", "nonsense"])
  func whatCannotBeDecodedIsInvalid(encoding: String) async {
    await withServer(server(Array("not packed at all".utf8), encoding: encoding)) { loop, origin in
      #expect(await loop.send(request(origin)).word == "invalid")
    }
  }
}
