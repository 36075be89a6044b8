import Foundation
import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct EncodingTests {
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

  private static let zlib: [UInt8] = [0x78, 0x9C, 0x33, 0x34, 7, 0, 0, 0x9B, 0, 0x69]
  private static let brotli: [UInt8] = [0x8B, 0, 0x80, 0x31, 0x37, 3]
  private static let zstd: [UInt8] = [
    0x28, 0xB5, 0x2F, 0xFD, 0x24, 2, 0x11, 0, 0, 0x31, 0x37, 0x60, 0x12, 0x23, 0x93,
  ]

  /// However the bytes are cut.
  @Test(arguments: [
    (ContentCoding.deflate, zlib), (.deflate, Array(zlib[2..<6])), (.br, brotli), (.zstd, zstd), (.zstd, zstd + zstd),
  ])
  func decodesInPieces(coding: ContentCoding, packed: [UInt8]) throws {
    let text = packed.count > 15 ? "1717" : "17"
    for size in 1...packed.count {
      var decoder = try #require(BodyDecoder([coding], limit: text.utf8.count))
      var body: [UInt8] = []
      for start in stride(from: 0, to: packed.count, by: size) {
        #expect(decoder.isTruncated == (start != 0 && start != Self.zstd.count))
        let step = packed[start..<min(start + size, packed.count)].withUnsafeBytes { decoder.decode($0, into: &body) }
        #expect(step == .more)
      }
      #expect(String(decoding: body, as: UTF8.self) == text && !decoder.isTruncated)
    }
    var tight = try #require(BodyDecoder([coding], limit: 1))
    var body: [UInt8] = []
    #expect(packed.withUnsafeBytes { tight.decode($0, into: &body) } == .tooLarge)
  }

  @Test(
    arguments: [
      ("gzip", ["gzip"], nil), ("X-GZIP ,\tBR", ["gzip", "br"], nil), (" , identity, Deflate", ["deflate"], nil),
      ("identity", [], nil), ("gzip, mangled\u{7}x, br", ["gzip"], "mangled?x"), ("gzip;q=1", [], "gzip;q=1"),
      ("br, br, br, br, br", ["br", "br", "br", "br"], "more than 4"),
    ] as [(String, [String], String?)])
  func codingsAreRead(value: String, applied: [String], refusal: String?) {
    var codings = ContentCodings()
    Array(value.utf8).withUnsafeBytes { codings.add($0[...]) }
    #expect(codings.applied.map(\.rawValue) == applied)
    #expect(refusal.map { codings.refusal?.contains($0) == true } ?? (codings.refusal == nil))
  }

  /// Ten times as many as are allowed, in ten lines: no more than the bound are kept, and nothing of a long name.
  @Test func codingsAreBounded() {
    var codings = ContentCodings()
    for _ in 0..<10 { Array("gzip, identity, gzip".utf8).withUnsafeBytes { codings.add($0[...]) } }
    #expect(codings.applied.count == ContentCodings.most && codings.refusal != nil)
    var other = ContentCodings()
    Array(String(repeating: "x", count: 100_000).utf8).withUnsafeBytes { other.add($0[...]) }
    #expect((other.refusal?.utf8.count ?? .max) < 100)
  }

  @Test func anUnknownCodingIsNamed() async {
    await withServer(server(Array("17".utf8), encoding: "gzip, mangled")) { loop, origin in
      guard case .failure(.invalid(let text)) = await loop.send(request(origin)) else {
        Issue.record("not invalid")
        return
      }
      #expect(text.contains("mangled"))
    }
  }
}
