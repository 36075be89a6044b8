import NIOCore
import NIOEmbedded
import NIOHTTP2

@testable import Front
@testable import HTTP2

/// Bytes of a client of HTTP/2, as its frames and as the header block of a request: what is taken is a head without
/// anything that another reader could take for two.
enum HTTP2Target {
  private static let beginning = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
  private static let maxFrame = 1 << 14

  static func run(_ bytes: [UInt8]) {
    feed(bytes)
    let block = bytes.prefix(maxFrame)
    feed([0, UInt8(block.count >> 8), UInt8(block.count & 255), 1, 5, 0, 0, 0, 1] + block)
  }

  private static func feed(_ frames: [UInt8]) {
    let channel = EmbeddedChannel()
    let http2 = NIOHTTP2Handler(mode: .server, headerBlockValidation: .disabled, contentLengthValidation: .disabled)
    do {
      try channel.pipeline.syncOperations.addHandlers(http2, HeadCheck())
      channel.connect(to: try SocketAddress(unixDomainSocketPath: "/client"), promise: nil)
    } catch {
      return hold(false, "no channel: \(error)")
    }
    // What NIOHTTP2 refuses is thrown here.
    _ = try? channel.writeInbound(ByteBuffer(bytes: beginning + frames))
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }
}

/// *Confined to its event loop.*
private final class HeadCheck: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame

  private let maxBytes = 32 * 1024
  private var hasHead = false

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasHead, case .headers(let section) = unwrapInboundIn(data).payload else { return }
    hasHead = true
    let isGood = HeaderRules.isRequest(section.headers, isComplete: section.endStream)
    guard isGood, let head = try? RequestHead(section.headers, isComplete: section.endStream, maxBytes: maxBytes)
    else { return }
    RequestTarget.check(head)
    hold(!head.host.isEmpty && head.headers["host"] == [head.host], "a host that is another")
    hold(head.headers.allSatisfy { $0.name == $0.name.lowercased() }, "a name in upper case")
    if section.endStream { hold(head.bodyLength == .none, "a body behind the end") }
  }
}
