import NIOCore
import NIOPosix

/// A server that answers whatever bytes come with whatever bytes the test wants.
package final class FakeRedis: Sendable {
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    let answer: @Sendable (String) -> String?

    init(_ answer: @escaping @Sendable (String) -> String?) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      let text = String(buffer: unwrapInboundIn(data))
      if let answer = answer(text) { context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil) }
    }
  }

  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let channel: any Channel

  /// - Parameter answer: to one read of the client's bytes, which may hold several commands; `nil`: silence.
  package init(_ answer: @escaping @Sendable (String) -> String?) async throws {
    channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(answer)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
  }

  package var port: Int { channel.localAddress?.port ?? 0 }

  package var url: String { "redis://127.0.0.1:\(port)" }

  package func stop() async {
    try? await channel.close()
    try? await group.shutdownGracefully()
  }
}
