import Messages
import NIOCore
import Testing

@testable import Compressing
@testable import Transfers

/// Bodies in each coding, read by the decoders that backends' answers go through.
@Suite struct CompressorTests {
  private static let text = (0..<4000).map { "{\"id\":\($0),\"name\":\"product \($0 * 7919 % 4001)\"}" }.joined()

  private func decoder(_ coding: AnswerCoding) throws -> BodyDecoder {
    let known = try #require(ContentCoding(Array(coding.rawValue.utf8)))
    return try #require(BodyDecoder([known], limit: 1 << 24))
  }

  private func read(_ piece: ByteBuffer, _ decoder: inout BodyDecoder, into body: inout [UInt8]) {
    let step = piece.withUnsafeReadableBytes { decoder.decode($0, into: &body) }
    #expect(step == .more)
  }

  @Test(arguments: AnswerCoding.allCases, [0, 1, 10_000, 100_000])
  func aWholeBody(_ coding: AnswerCoding, _ size: Int) throws {
    let text = String(Self.text.prefix(size))
    let pool = CompressorPool()
    // The second one is made by the first one's compressor, where that can be used again.
    for _ in 0..<2 {
      let lease = try #require(pool.lease(coding, size: size))
      let piece = lease.compress(ByteBuffer(string: text), .end)
      var (decoder, body) = (try decoder(coding), [UInt8]())
      read(piece, &decoder, into: &body)
      #expect(String(decoding: body, as: UTF8.self) == text && !decoder.isTruncated)
      if size > 1000 { #expect(piece.readableBytes < size / 2) }
    }
  }

  @Test(arguments: AnswerCoding.allCases) func whatWasFlushedCanBeRead(_ coding: AnswerCoding) throws {
    let lease = try #require(CompressorPool().lease(coding, size: nil))
    var (decoder, body, sent) = (try decoder(coding), [UInt8](), "")
    for index in 0..<20 {
      let text = "event \(index) " + String(repeating: "x", count: index * 797)
      sent += text
      var piece = lease.compress(ByteBuffer(string: text), .more)
      piece.writeImmutableBuffer(lease.compress(ByteBuffer(), .flush))
      read(piece, &decoder, into: &body)
      #expect(String(decoding: body, as: UTF8.self) == sent)
    }
    #expect(decoder.isTruncated)
    read(lease.compress(ByteBuffer(), .end), &decoder, into: &body)
    #expect(String(decoding: body, as: UTF8.self) == sent && !decoder.isTruncated)
  }

  @Test(arguments: AnswerCoding.allCases) func whatIsGivenBackHalfWayIsNoPartOfTheNext(_ coding: AnswerCoding) throws {
    let pool = CompressorPool()
    do {
      let lease = try #require(pool.lease(coding, size: nil))
      _ = lease.compress(ByteBuffer(string: Self.text), .flush)
    }
    let piece = try #require(pool.lease(coding, size: nil)).compress(ByteBuffer(string: "next"), .end)
    var (decoder, body) = (try decoder(coding), [UInt8]())
    read(piece, &decoder, into: &body)
    #expect(String(decoding: body, as: UTF8.self) == "next")
  }

  @Test func soManyAreTakenAndNoMore() {
    let pool = CompressorPool()
    var leases = (0..<CompressorPool.mostTaken).map { _ in pool.lease(.gzip, size: nil) }
    #expect(leases.allSatisfy { $0 != nil } && pool.lease(.br, size: nil) == nil)
    leases.removeLast(2)
    #expect(pool.taken == CompressorPool.mostTaken - 2 && pool.lease(.zstd, size: nil) != nil)
    leases.removeAll()
    #expect(pool.taken == 0)
  }
}
