import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

@Suite struct GoAwayWatchTests {
  private let watch = GoAwayWatch()
  private let channel = EmbeddedChannel()

  init() throws {
    try channel.pipeline.syncOperations.addHandler(watch)
  }

  /// Whether an error was seen in the last of these.
  private func sees(_ writes: [UInt8]...) throws -> Bool {
    for bytes in writes { try channel.writeOutbound(ByteBuffer(bytes: bytes)) }
    return watch.hasSeenError
  }

  private static func goAway(_ code: UInt8) -> [UInt8] {
    [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7F, 255, 255, 255, 0, 0, 0, code]
  }

  @Test func onlyAGoAwayWithAnErrorIsOne() throws {
    #expect(try sees(Self.goAway(1)))
    #expect(try !sees(Self.goAway(0)))
    #expect(try !sees(Array(Self.goAway(1).dropLast())))
    #expect(try !sees(Self.goAway(1) + [0]))
    // RST_STREAM, and a DATA frame of as many bytes.
    #expect(try !sees([0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 1]))
    #expect(try !sees([0, 0, 8, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]))
  }

  @Test func whatIsWrittenBehindItTakesItBack() throws {
    #expect(try !sees(Self.goAway(11), [0, 0, 8, 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
    #expect(try sees(Self.goAway(11)))
  }

  @Test func theEndIsAnnouncedWithoutAnError() throws {
    watch.announceEnd()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: Self.announcement))
    #expect(!watch.hasSeenError)
  }

  private static let announcement: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7F, 255, 255, 255, 0, 0, 0, 0]

  @Test func nothingIsLetInOnceItIsDeaf() throws {
    try channel.writeInbound(ByteBuffer(bytes: [1]))
    watch.isDeaf = true
    try channel.writeInbound(ByteBuffer(bytes: [2]))
    #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: [1]))
    #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
  }
}
