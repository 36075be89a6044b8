import Front
import HTTP1
import HTTP2
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans

/// *Immutable.* One address that clients connect to. Its loops are its own, on the event loops of the process: what they
/// serve, and how clients name it, may differ from listener to listener; their bounds are the server's.
struct Listener: Sendable {
  private static let backlog: Int32 = 1024

  /// With the real port where 0 was asked for.
  let address: ListenerPlan.Address
  let loops: [FrontLoop]
  private let socket: ListeningSocket

  static func start(
    _ plan: ListenerPlan, group: MultiThreadedEventLoopGroup, loops: [FrontLoop], told: InFlight, logger: Logger
  ) async throws -> Listener {
    let wires = loops.map { _ in Wire() }
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptFailures(logger: logger))
        }
      }
      .childChannelOption(
        .writeBufferWaterMark, value: .init(low: FrontLoop.maxOutputBytes / 2, high: FrontLoop.maxOutputBytes)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let loop = loops.first(where: { $0.eventLoop === channel.eventLoop }) else { return }
          try ConnectionStart(plan: plan, loop: loop, wire: wires[loop.index], told: told).accept(channel)
        }
      }
    switch plan.address {
    case .tcp(let address):
      let channel = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: address.host, port: address.port).get()
      let port = channel.localAddress?.port ?? address.port
      return Listener(
        address: .tcp(ListenAddress(host: address.host, port: port)), loops: loops,
        socket: ListeningSocket(channel: channel, loops: loops.map(\.eventLoop)))
    case .unix(let path, let mode):
      let file = try UnixSocketFile(path, mode: mode)
      let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
      return Listener(
        address: plan.address, loops: loops,
        socket: ListeningSocket(channel: channel, loops: loops.map(\.eventLoop), file: file))
    }
  }

  /// As `ListeningSocket.close(by:)`.
  func close(by deadline: NIODeadline) async {
    await socket.close(by: deadline)
  }
}

/// What is put onto an accepted connection, in its order. A value.
struct ConnectionStart {
  let plan: ListenerPlan
  let loop: FrontLoop
  let wire: Wire
  let told: InFlight

  /// Counts it and begins with it; above a bound it is refused.
  func accept(_ channel: any Channel) throws {
    guard enters() else { return try refuse(channel, "too many connections") }
    let load = loop.load
    channel.closeFuture.assumeIsolated().whenComplete { _ in load.connections.leave() }
    try meet(Peer(channel.remoteAddress, loop.settings.trustedProxies), channel)
  }

  private func enters() -> Bool {
    if loop.load.connections.enter() { return true }
    guard loop.settings.makesRoom, loop.makeRoom() else { return false }
    loop.load.connections.enterAnyway()
    return true
  }

  /// Who connects is known.
  func meet(_ peer: Peer, _ channel: any Channel) throws {
    if let clients = loop.load.clients {
      guard clients.enter(peer) else { return try refuse(channel, "too many connections of this client") }
      channel.closeFuture.assumeIsolated().whenComplete { _ in clients.leave(peer) }
    }
    guard plan.http2 == .cleartext else { return try speakHTTP1(peer, channel) }
    let opening = ConnectionOpening(loop: loop) { isHTTP2 in
      if isHTTP2 {
        try HTTP2Connection.add(to: channel, loop: loop, peer: peer)
      } else {
        try speakHTTP1(peer, channel)
      }
    }
    try channel.pipeline.syncOperations.addHandler(opening)
  }

  private func speakHTTP1(_ peer: Peer, _ channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandler(HTTP1Connection(loop: loop, wire: wire, peer: peer))
  }

  private func refuse(_ channel: any Channel, _ detail: String) throws {
    try channel.pipeline.syncOperations.addHandler(RefusedConnection(detail, told: told))
  }
}
