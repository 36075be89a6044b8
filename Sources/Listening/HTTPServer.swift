import Front
import HTTP1
import Logging
import Messages
import NIOCore
import NIOPosix
import Timing

/// *Immutable*; what changes is confined to its loops. An HTTP/1.1 server on one listening socket, its connections
/// spread over the loops of a group.
package final class HTTPServer: Sendable {
  private static let backlog: Int32 = 1024

  /// Where it listens; the port is the real one where 0 was asked for.
  package let address: ListenAddress
  private let listening: ListeningSocket
  private let loops: [FrontLoop]
  private let logger: Logger

  private init(address: ListenAddress, listening: ListeningSocket, loops: [FrontLoop], logger: Logger) {
    self.address = address
    self.listening = listening
    self.loops = loops
    self.logger = logger
  }

  /// Binds and begins to accept. The group stays the caller's; `Exchange.loopIndex` counts its loops in the order of
  /// its iterator. `scheme` is what clients use: `http`, or `https` where TLS ends before it.
  package static func start(
    on address: ListenAddress, group: MultiThreadedEventLoopGroup, site: Site, settings: ServerSettings,
    scheme: String = "http"
  ) async throws -> HTTPServer {
    let load = ServerLoad(settings.limits)
    let told = InFlight(limit: settings.mostRefusals)
    let loops = group.makeIterator().enumerated().map { index, loop in
      FrontLoop(
        index: index, eventLoop: loop, site: site, settings: settings, scheme: scheme, load: load)
    }
    let wires = loops.map { _ in Wire() }
    let logger = settings.logger
    let channel = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptFailures(logger: logger))
        }
      }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: FrontLoop.maxOutputBytes / 2, high: FrontLoop.maxOutputBytes)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel, loops, wires, told) }
      }
      .bind(host: address.host, port: address.port).get()
    let port = channel.localAddress?.port ?? address.port
    let listening = ListeningSocket(channel: channel, loops: loops.map(\.eventLoop))
    return HTTPServer(
      address: ListenAddress(host: address.host, port: port), listening: listening, loops: loops, logger: logger)
  }

  private static func prepare(
    _ channel: any Channel, _ loops: [FrontLoop], _ wires: [Wire], _ told: InFlight
  ) throws {
    guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }), enters(loop) else {
      return try channel.pipeline.syncOperations.addHandler(RefusedConnection("too many connections", told: told))
    }
    let peer = Peer(channel.remoteAddress, loop.settings.trustedProxies)
    guard loop.load.clients?.enter(peer) != false else {
      loop.load.connections.leave()
      return try channel.pipeline.syncOperations.addHandler(
        RefusedConnection("too many connections of this client", told: told))
    }
    try channel.pipeline.syncOperations.addHandler(HTTP1Connection(loop: loop, wire: wires[loop.index], peer: peer))
  }

  private static func enters(_ loop: FrontLoop) -> Bool {
    if loop.load.connections.enter() { return true }
    guard loop.settings.makesRoom, loop.makeRoom() else { return false }
    loop.load.connections.enterAnyway()
    return true
  }

  /// Requests that begin when this has returned are served by `site`; those that run end on the one that they began
  /// with. Connections stay open.
  /// - Parameter settings: `nil`: as before. How many connections a client may have, and what is told to those above the
  ///   bound, stays as it is.
  package func replace(_ site: Site, settings: ServerSettings? = nil) async {
    if let settings { loops.first?.load.bound(by: settings.limits) }
    for loop in loops { try? await loop.eventLoop.submit { loop.replace(site, settings) }.get() }
  }

  /// Requests being worked on, over all loops.
  package var requestsInFlight: Int { loops.first?.load.requests.current ?? 0 }

  /// Requests whose bodies are still coming, over all loops.
  package var bodiesInFlight: Int { loops.first?.load.bodies.current ?? 0 }

  /// Bytes of answers that clients have not taken yet, over all loops.
  package var untakenBytes: Int { loops.first?.load.untaken.current ?? 0 }

  /// Open client connections, over all loops.
  package var openConnections: Int { loops.first?.load.connections.current ?? 0 }

  /// Answers say from now on that they are the last of their connections. Connections are accepted as before.
  package func announceEnd() async {
    for loop in loops { try? await loop.eventLoop.submit { loop.announceEnd() }.get() }
  }

  /// Stops accepting, closes connections without a request, lets running requests finish for at most `limit`, then
  /// cuts off the rest. True: nothing was cut off. To be called once.
  package func drain(within limit: Duration) async -> Bool {
    await announceEnd()
    let deadline = NIODeadline.now() + .nanoseconds(limit.nanoseconds)
    await listening.close(by: deadline)
    let finished = loops.map { loop in
      loop.eventLoop.flatSubmit {
        let isEmpty = loop.eventLoop.makePromise(of: Bool.self)
        let timer = loop.eventLoop.scheduleTask(deadline: deadline) { isEmpty.succeed(false) }
        loop.drain().whenComplete { _ in
          timer.cancel()
          isEmpty.succeed(true)
        }
        return isEmpty.futureResult
      }
    }
    for future in finished { _ = try? await future.get() }
    var cutOff = 0
    for loop in loops { cutOff += (try? await loop.eventLoop.submit { loop.abort() }.get()) ?? 0 }
    if cutOff > 0 {
      logger.warning("requests were cut off at the end of the drain time", metadata: ["count": "\(cutOff)"])
    }
    return cutOff == 0
  }
}
