// The other half of the gateway's floor: SwiftNIO's own HTTP/1.1 pipeline answering a fixed body with plain channel
// handlers, on one loop.   nio-hello PORT [BYTES-OF-THE-BODY [BYTES-OF-ONE-MORE-HEADER]]
import NIOCore
import NIOHTTP1
import NIOPosix

/// *Confined to* its channel's event loop.
final class HelloHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let body: ByteBuffer
  private let padding: String?

  init(bodyBytes: Int?, headerBytes: Int?) {
    body = bodyBytes.map { ByteBuffer(repeating: 0x78, count: $0) } ?? ByteBuffer(string: #"{"hello":"world"}"#)
    padding = headerBytes.map { String(repeating: "x", count: max(0, $0 - "x: \r\n".utf8.count)) }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .end = unwrapInboundIn(data) else { return }
    var headers = HTTPHeaders()
    headers.add(name: "content-type", value: "application/json")
    headers.add(name: "content-length", value: String(body.readableBytes))
    if let padding { headers.add(name: "x", value: padding) }
    context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let port = numbers.first ?? 8080
let (bodyBytes, headerBytes) = (numbers.dropFirst().first, numbers.dropFirst(2).first)
let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
let channel = try await ServerBootstrap(group: group)
  .serverChannelOption(.backlog, value: 1024)
  .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
  .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
  .childChannelInitializer { channel in
    channel.eventLoop.makeCompletedFuture {
      let pipeline = channel.pipeline.syncOperations
      try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false, withErrorHandling: false)
      try pipeline.addHandler(HelloHandler(bodyBytes: bodyBytes, headerBytes: headerBytes))
    }
  }
  .bind(host: "127.0.0.1", port: port).get()
try await channel.closeFuture.get()
