import Front
import HTTP1
import Messages
import NIOCore
import NIOSSL
import NIOTLS
import TLS
import Timing

/// A connection that is to speak TLS. *Confined to its event loop.* The client's first message says whose certificate it
/// wants; when the handshake is done, the protocol begins that both sides have chosen. It stays in front of TLS, so that
/// a connection can be cut off without the client's word.
final class TLSConnection: WaitingConnection, ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum State {
    case opening(ClientHello)
    case handshake
    /// What a client still sends is dropped.
    case refused
    case open
  }

  private static let lingerTime: Duration = .seconds(2)

  private let tls: ListenerTLS
  private let peer: Peer
  private let start: (Bool, TLSSession) throws -> Void
  private var state = State.opening(ClientHello())
  private var inbound = ByteBuffer()
  private var serverName: String?
  private var cipher: CipherSuite?

  /// - Parameter start: puts the protocol's handlers onto the connection; true: HTTP/2.
  init(loop: FrontLoop, tls: ListenerTLS, peer: Peer, start: @escaping (Bool, TLSSession) throws -> Void) {
    self.tls = tls
    self.peer = peer
    self.start = start
    super.init(loop: loop)
    watch.set(.head, after: loop.settings.timeouts.head)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .handshake, .open: context.fireChannelRead(data)
    case .refused: return
    case .opening(var hello):
      var bytes = unwrapInboundIn(data)
      inbound.writeBuffer(&bytes)
      guard let first = inbound.readableBytesView.first else { return }
      guard ClientHello.canBegin(with: first) else { return refuse(context) }
      switch hello.read(inbound.readableBytesView) {
      case .needsMore: state = .opening(hello)
      case .read(let serverName): shakeHands(context, serverName)
      }
    }
  }

  /// The cipher stands in the first record that goes out.
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if cipher == nil, case .handshake = state {
      cipher = CipherSuite(serverHello: unwrapOutboundIn(data).readableBytesView)
    }
    context.write(data, promise: promise)
  }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is ConnectionAbort else { return context.triggerUserOutboundEvent(event, promise: promise) }
    context.close(promise: promise)
  }

  // MARK: The handshake

  private func shakeHands(_ context: ChannelHandlerContext, _ serverName: String?) {
    state = .handshake
    self.serverName = serverName
    let bytes = inbound
    inbound = ByteBuffer()
    do {
      try context.pipeline.syncOperations.addHandlers(
        tls.contexts.handler(for: serverName, refused: tellRefused), TLSOutput(), TLSHandshakeEnd(self, loop),
        position: .after(self))
    } catch {
      return context.close(promise: nil)
    }
    context.fireChannelRead(wrapInboundOut(bytes))
  }

  private func tellRefused(_ fault: String) {
    loop.settings.logger.debug(
      "a client's certificate is refused", metadata: ["client": "\(peer.address)", "detail": "\(fault)"])
  }

  /// The handshake is done.
  fileprivate func open(_ negotiated: String?, _ tls: NIOSSLServerHandler) throws {
    state = .open
    hasBegun()
    let isHTTP2 = negotiated == "h2"
    if isHTTP2, cipher?.isForHTTP2 == false { return refuseCipher() }
    let session = TLSSession(
      version: tls.tlsVersion == .tlsv13 ? "1.3" : "1.2", cipher: cipher?.name ?? "", serverName: serverName,
      certificate: tls.peerCertificate.map { ClientCertificate($0) })
    try start(isHTTP2, session)
  }

  /// RFC 9113 §9.2.2: no settings, and GOAWAY with INADEQUATE_SECURITY.
  private func refuseCipher() {
    guard let channel = context?.channel else { return }
    var frames = channel.allocator.buffer(capacity: 26)
    frames.writeBytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
    frames.writeBytes([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12])
    channel.writeAndFlush(frames, promise: nil)
    channel.close(promise: nil)
  }

  // MARK: What is no TLS

  private func refuse(_ context: ChannelHandlerContext) {
    state = .refused
    inbound = ByteBuffer()
    context.refuse(by: Problem(400, detail: "plain HTTP is spoken to a port that speaks TLS"))
    watch.set(.close, after: Self.lingerTime)
    guard loop.isNoticeDue() else { return }
    loop.settings.logger.notice("a client speaks no TLS to a port with it", metadata: ["client": "\(peer.address)"])
  }
}

/// Behind TLS: waits for the end of the handshake, and leaves. *Confined to its event loop.*
private final class TLSHandshakeEnd: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer

  private let connection: TLSConnection
  private let loop: FrontLoop

  init(_ connection: TLSConnection, _ loop: FrontLoop) {
    self.connection = connection
    self.loop = loop
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
      return context.fireUserInboundEventTriggered(event)
    }
    do {
      let tls = try context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
      try connection.open(negotiated, tls)
      context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    } catch {
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    loop.settings.logger.debug("handshake failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }
}

extension ClientCertificate {
  fileprivate init(_ certificate: NIOSSLCertificate) {
    self.init(
      subject: certificate.subject, issuer: certificate.issuer, fingerprint: certificate.fingerprint,
      serial: certificate.serial, sans: certificate.alternativeNames, notAfter: certificate.end)
  }
}
