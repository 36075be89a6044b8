import NIOCore
import NIOEmbedded
import Testing

@testable import Listening

@Suite struct TLSOutputTests {
  /// Notes what comes by, and does something at a flush.
  private final class Wire: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    var events: [String] = []
    var text = ""
    var atFlush: [() -> Void] = []
    private var bytes = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      let buffer = unwrapOutboundIn(data)
      bytes += buffer.readableBytes
      text += String(buffer: buffer)
      promise?.succeed()
    }

    func flush(context: ChannelHandlerContext) {
      events.append("\(bytes)")
      bytes = 0
      if !atFlush.isEmpty { atFlush.removeFirst()() }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      events.append("close")
      promise?.succeed()
    }
  }

  private func withChannel(_ body: (EmbeddedChannel, Wire) throws -> Void) throws {
    let channel = EmbeddedChannel()
    let wire = Wire()
    try channel.pipeline.syncOperations.addHandlers(wire, TLSOutput())
    try body(channel, wire)
  }

  private func text(_ letter: String, _ count: Int) -> ByteBuffer {
    ByteBuffer(string: String(repeating: letter, count: count))
  }

  @Test func muchIsFlushedInPieces() throws {
    try withChannel { channel, wire in
      channel.write(text("a", 10), promise: nil)
      channel.flush()
      let written = channel.eventLoop.makePromise(of: Void.self)
      channel.write(text("b", TLSOutput.most * 2 + 5), promise: nil)
      channel.write(text("c", 5), promise: written)
      channel.flush()
      try written.futureResult.wait()
      #expect(wire.events == ["10", "\(TLSOutput.most)", "\(TLSOutput.most)", "10"])
      #expect(wire.text.filter { $0 == "b" }.count == TLSOutput.most * 2 + 5 && wire.text.hasSuffix("bccccc"))
    }
  }

  @Test func manyPiecesAreFlushedInPieces() throws {
    try withChannel { channel, wire in
      for _ in 0..<12 { channel.write(text("a", 16 * 1024), promise: nil) }
      channel.flush()
      #expect(wire.events == ["49152", "49152", "49152", "49152"])
    }
  }

  /// What a flush brings about does not overtake what was there.
  @Test func orderIsKept() throws {
    try withChannel { channel, wire in
      wire.atFlush = [
        {
          channel.writeAndFlush(ByteBuffer(string: "2"), promise: nil)
          channel.close(mode: .output, promise: nil)
        }
      ]
      channel.writeAndFlush(text("1", TLSOutput.most + 1), promise: nil)
      #expect(wire.text.hasSuffix("112"))
      #expect(wire.events.last == "close" && wire.events.count { $0 == "close" } == 1)
    }
  }
}
