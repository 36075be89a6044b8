import Front
import Glibc
import HTTP1
import HTTP2
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans
import TLS

/// *Immutable.* One address that clients connect to. Its loops are its own, on the event loops of the process: what they
/// serve, and how clients name it, may differ from listener to listener; their bounds are the server's.
struct Listener: Sendable {
  private static let backlog: Int32 = 1024

  /// With the real port where 0 was asked for.
  let plan: ListenerPlan
  let loops: [FrontLoop]
  let tls: ListenerTLS?
  private let socket: ListeningSocket

  static func start(
    _ plan: ListenerPlan, group: MultiThreadedEventLoopGroup, loops: [FrontLoop], told: InFlight,
    handed: HandedSockets?, waits: Bool, logger: Logger
  ) async throws -> Listener {
    let wires = loops.map { _ in Wire() }
    let tls = try await readTLS(plan)
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.autoRead, value: !waits)
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
          try ConnectionStart(plan: plan, loop: loop, wire: wires[loop.index], tls: tls, told: told).accept(channel)
        }
      }
    var plan = plan
    let socket = try await bind(bootstrap, &plan.address, loops.map(\.eventLoop), handed)
    return Listener(plan: plan, loops: loops, tls: tls, socket: socket)
  }

  /// - Parameter address: gets the real port.
  private static func bind(
    _ bootstrap: ServerBootstrap, _ address: inout ListenerPlan.Address, _ loops: [any EventLoop],
    _ handed: HandedSockets?
  ) async throws -> ListeningSocket {
    if let socket = handed?.take(address) { return try await adopt(socket, for: address, bootstrap, loops) }
    switch address {
    case .tcp(let wanted):
      let channel = try await bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .bind(host: wanted.host, port: wanted.port).get()
      address = .tcp(ListenAddress(host: wanted.host, port: channel.localAddress?.port ?? wanted.port))
      return ListeningSocket(channel: channel, loops: loops)
    case .unix(let path, let mode):
      let file = try UnixSocketFile(path, mode: mode)
      let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
      lengthenQueue(of: file.descriptor)
      return ListeningSocket(channel: channel, loops: loops, file: file)
    }
  }

  private static func adopt(
    _ socket: HandedSocket, for address: ListenerPlan.Address, _ bootstrap: ServerBootstrap, _ loops: [any EventLoop]
  ) async throws -> ListeningSocket {
    var bootstrap = bootstrap
    var file: UnixSocketFile?
    switch address {
    case .tcp: bootstrap = bootstrap.childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    case .unix(let path, _): file = socket.isHeld ? nil : UnixSocketFile(path, of: socket.descriptor)
    }
    let channel = try await bootstrap.withBoundSocket(socket.descriptor).get()
    lengthenQueue(of: socket.descriptor)
    return ListeningSocket(channel: channel, loops: loops, file: file, isHeld: socket.isHeld)
  }

  /// Of a socket that was there before its channel, NIO takes no length of the queue.
  private static func lengthenQueue(of descriptor: CInt) { _ = listen(descriptor, backlog) }

  /// On a thread that no request waits for.
  private static func readTLS(_ plan: ListenerPlan) async throws -> ListenerTLS? {
    guard let tls = plan.tls else { return nil }
    return try await NIOThreadPool.singleton.runIfActive { try ListenerTLS(tls, isHTTP2: plan.http2 == .alpn) }
  }

  /// Looks at the files for TLS, and has the log tell what came of it; blocks.
  /// - Parameter tls: as it is to be from now on; `nil`: as before.
  /// - Returns: whether something new is in use.
  @discardableResult
  func lookAtFiles(_ new: TLSListenerPlan?, _ logger: Logger) -> Bool {
    switch tls?.look(new) {
    case nil, .unchanged: return false
    case .rotated:
      logger.debug("session tickets have new keys", metadata: ["listener": "\(plan.address)"])
      return false
    case .replaced:
      logger.notice("certificates were read anew", metadata: ["listener": "\(plan.address)"])
      return true
    case .failed(let fault):
      logger.error(
        "new certificates can't be used: those before are in use still",
        metadata: ["listener": "\(plan.address)", "detail": "\(fault)"])
      return false
    }
  }

  /// As `ListeningSocket.close(by:isLeft:)`.
  func close(by deadline: NIODeadline, isLeft: Bool) async {
    await socket.close(by: deadline, isLeft: isLeft)
  }

  func accept(_ isOn: Bool) -> EventLoopFuture<Void> { socket.accept(isOn) }

  /// For another process, as `ListeningSocket.copy()`.
  func copy() -> (descriptor: CInt, isHeld: Bool)? {
    socket.copy().map { ($0, socket.isHeld) }
  }
}

/// What is put onto an accepted connection, in its order. A value.
struct ConnectionStart {
  let plan: ListenerPlan
  let loop: FrontLoop
  let wire: Wire
  let tls: ListenerTLS?
  let told: InFlight

  private static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

  /// Counts it and begins with it; above a bound it is refused.
  func accept(_ channel: any Channel) throws {
    guard enters() else { return try refuse(channel, "too many connections") }
    let load = loop.load
    channel.closeFuture.assumeIsolated().whenComplete { _ in load.connections.leave() }
    let peer = Peer(channel.remoteAddress, loop.settings.trustedProxies)
    if plan.proxyProtocol { try meetProxy(peer, channel) } else { try meet(peer, channel) }
  }

  /// Who connects to a Unix socket may do so by its file's mode.
  private func meetProxy(_ proxy: Peer, _ channel: any Channel) throws {
    var isTrusted = proxy.isTrusted
    if case .unix = plan.address { isTrusted = true }
    guard isTrusted else {
      if loop.isNoticeDue() {
        loop.settings.logger.notice(
          "a connection from no trusted proxy to a port of the PROXY protocol", metadata: ["client": "\(proxy.address)"]
        )
      }
      return channel.close(promise: nil)
    }
    let opening = ConnectionOpening(loop: loop) { bytes in
      guard let header = try ProxyHeader.read(&bytes) else { return false }
      try meet(header.source.map { Peer(address: $0, loop.settings.trustedProxies) } ?? proxy, channel)
      return true
    }
    try channel.pipeline.syncOperations.addHandler(opening)
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
    if let tls {
      let connection = TLSConnection(loop: loop, tls: tls, peer: peer) { isHTTP2, session in
        var peer = peer
        peer.tls = session
        try speak(isHTTP2, peer, channel)
      }
      return try channel.pipeline.syncOperations.addHandler(connection)
    }
    guard plan.http2 == .cleartext else { return try speakHTTP1(peer, channel) }
    // HTTP/2 begins with its preface (RFC 9113 §3.4), HTTP/1.1 with anything else.
    let opening = ConnectionOpening(loop: loop) { bytes in
      let begins = bytes.readableBytesView.prefix(Self.preface.count)
      guard Self.preface.starts(with: begins) else {
        try speakHTTP1(peer, channel)
        return true
      }
      guard begins.count == Self.preface.count else { return false }
      try speak(true, peer, channel)
      return true
    }
    try channel.pipeline.syncOperations.addHandler(opening)
  }

  private func speak(_ isHTTP2: Bool, _ peer: Peer, _ channel: any Channel) throws {
    if isHTTP2 {
      try HTTP2Connection.add(to: channel, loop: loop, peer: peer)
    } else {
      try speakHTTP1(peer, channel)
    }
  }

  private func speakHTTP1(_ peer: Peer, _ channel: any Channel) throws {
    try channel.pipeline.syncOperations.addHandler(HTTP1Connection(loop: loop, wire: wire, peer: peer))
  }

  /// A client of TLS would not understand the words.
  private func refuse(_ channel: any Channel, _ detail: String) throws {
    guard tls == nil else { return channel.close(promise: nil) }
    try channel.pipeline.syncOperations.addHandler(RefusedConnection(detail, told: told))
  }
}
