import NIOCore
import NIOEmbedded
import Testing

@testable import HTTP2

@Suite struct HTTP2WireTests {
  private let wire = HTTP2Wire()
  private let channel = EmbeddedChannel()

  init() throws {
    try channel.pipeline.syncOperations.addHandler(wire)
  }

  /// The buffers that are passed on for these, by their sizes.
  private func sizes(_ writes: Int...) throws -> [Int] {
    for count in writes { channel.write(ByteBuffer(repeating: 1, count: count), promise: nil) }
    channel.flush()
    var sizes: [Int] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) { sizes.append(bytes.readableBytes) }
    return sizes
  }

  @Test func whatIsFlushedTogetherIsOneBuffer() throws {
    #expect(try sizes(9, 50, 9, 17) == [85])
    #expect(try sizes(9) == [9])
    #expect(try sizes() == [])
  }

  @Test func aBufferHoldsNoMoreThanARecord() throws {
    let most = HTTP2Wire.maxJoinedBytes
    #expect(try sizes(9, most - 9, 9) == [most, 9])
    #expect(try sizes(9, most, 9, 20) == [9, most, 29])
    #expect(try sizes(most * 4) == [most * 4])
  }

  @Test func promisesKeepTheirPlace() throws {
    channel.write(ByteBuffer(bytes: [1]), promise: nil)
    let written = channel.writeAndFlush(ByteBuffer(bytes: [2]))
    try written.wait()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [1]))
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [2]))
  }

  @Test func theEndIsAnnouncedBehindWhatIsWritten() throws {
    channel.write(ByteBuffer(bytes: [1]), promise: nil)
    wire.announceEnd()
    #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(bytes: [1] + Self.announcement))
  }

  private static let announcement: [UInt8] = [0, 0, 8, 7, 0, 0, 0, 0, 0, 0x7F, 255, 255, 255, 0, 0, 0, 0]

  @Test func nothingIsLetInOnceItIsDeaf() throws {
    try channel.writeInbound(ByteBuffer(bytes: [1]))
    wire.isDeaf = true
    try channel.writeInbound(ByteBuffer(bytes: [2]))
    #expect(try channel.readInbound(as: ByteBuffer.self) == ByteBuffer(bytes: [1]))
    #expect(try channel.readInbound(as: ByteBuffer.self) == nil)
  }
}
