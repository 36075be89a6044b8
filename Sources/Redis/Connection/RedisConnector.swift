import Messages
import NIOCore
import NIOPosix
import NIOSSL
import Plans

/// *Immutable.* Makes connections that are ready for commands.
final class RedisConnector: Sendable {
  /// The bytes that the server has not taken yet; above it, commands are refused.
  private static let unsent = ChannelOptions.Types.WriteBufferWaterMark(low: 1024 * 1024, high: 8 * 1024 * 1024)

  let settings: RedisSettings
  private let tls: NIOSSLContext?

  /// - Throws: where a certificate file can't be read.
  init(_ settings: RedisSettings) throws {
    self.settings = settings
    tls = try settings.tls.map { try RedisConnector.context($0) }
  }

  /// The error of a password's file, when a connection was to be made.
  struct UnreadableSecret: Error, CustomStringConvertible {
    var path: String
    var description: String { "the password's file \(path) can't be read, is empty, or too long" }
  }

  /// Connects, authenticates, selects the database. Fails with a `RedisFailure` or the system's error.
  /// - Parameter isSentinel: sentinels have a password of their own and no databases.
  func connect(
    to endpoint: RedisEndpoint, on loop: any EventLoop, isSentinel: Bool = false
  ) -> EventLoopFuture<NIOLoopBound<RedisConnection>> {
    let handler = NIOLoopBound(
      RedisConnection(
        hangTimeout: .nanoseconds(settings.hangTimeout.nanoseconds), mostInFlight: settings.mostInFlight),
      eventLoop: loop)
    let bootstrap = ClientBootstrap(group: loop)
      .connectTimeout(.nanoseconds(settings.connectTimeout.nanoseconds))
      .channelOption(.writeBufferWaterMark, value: RedisConnector.unsent)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls = self.tls { try channel.pipeline.syncOperations.addHandler(self.secure(tls, endpoint)) }
          try channel.pipeline.syncOperations.addHandler(handler.value)
        }
      }
    let channel =
      switch endpoint {
      case .host(let host, let port):
        connect(bootstrap.channelOption(.socketOption(.tcp_nodelay), value: 1), host, Int(widening: port))
      case .unixSocket(let path): bootstrap.connect(unixDomainSocketPath: path)
      }
    return channel.flatMap { channel in
      self.login(on: loop, isSentinel: isSentinel)
        .flatMap { login in self.greet(handler.value, login, on: loop, isSentinel: isSentinel) }
        .map { handler }
        .flatMapErrorThrowing { error in
          channel.close(promise: nil)
          throw error
        }
    }
  }

  /// An address needs no resolver, which would go through another thread.
  private func connect(_ bootstrap: ClientBootstrap, _ host: String, _ port: Int) -> EventLoopFuture<any Channel> {
    if let address = try? SocketAddress(ipAddress: host, port: port) { return bootstrap.connect(to: address) }
    return bootstrap.connect(host: host, port: port)
  }

  /// The command that says who connects; `nil` where there is nothing to say. A file is read by NIO's threads for what blocks.
  private func login(on loop: any EventLoop, isSentinel: Bool) -> EventLoopFuture<RedisCommand?> {
    let user = isSentinel ? nil : settings.username
    switch isSentinel ? settings.sentinelPassword : settings.password {
    case .file(let path):
      return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
        guard let password = try? SecretText.read(path) else { throw UnreadableSecret(path: path) }
        return RedisConnector.login(user, password)
      }
    case .text(let password): return loop.makeSucceededFuture(RedisConnector.login(user, password))
    case nil: return loop.makeSucceededFuture(RedisConnector.login(user, ""))
    }
  }

  private static func login(_ user: String?, _ password: String) -> RedisCommand? {
    if let user, !user.isEmpty { return RedisCommand(["AUTH", .text(user), .text(password)]) }
    return password.isEmpty ? nil : RedisCommand(["AUTH", .text(password)])
  }

  private func greet(
    _ connection: RedisConnection, _ login: RedisCommand?, on loop: any EventLoop, isSentinel: Bool
  ) -> EventLoopFuture<Void> {
    var commands = login.map { [$0] } ?? []
    if !isSentinel, settings.database != 0 {
      commands.append(RedisCommand(["SELECT", .text(String(settings.database))]))
    }
    // Also finds a server that accepts but does not answer, or is still loading.
    commands.append(RedisCommand(["PING"]))
    let budget = TimeAmount.nanoseconds(settings.connectTimeout.nanoseconds)
    let replies = commands.map { command in
      let promise = loop.makePromise(of: Void.self)
      connection.send(command.bytes, within: budget) { promise.completeWith($0.map { _ in }.mapError { $0 }) }
      return promise.futureResult
    }
    return EventLoopFuture.andAllSucceed(replies, on: loop)
  }

  private func secure(_ tls: NIOSSLContext, _ endpoint: RedisEndpoint) throws -> NIOSSLClientHandler {
    guard case .host(let host, _) = endpoint else { return try NIOSSLClientHandler(context: tls, serverHostname: nil) }
    let name = settings.tls?.serverName ?? host
    // An address is no server name (RFC 6066 §3); the certificate is checked against the address itself.
    let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
    return try NIOSSLClientHandler(context: tls, serverHostname: isAddress ? nil : name)
  }

  private static func context(_ tls: RedisSettings.TLS) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let file = tls.caFile { configuration.trustRoots = .file(file) }
    if let file = tls.certificateFile {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) }
    }
    if let file = tls.keyFile { configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem)) }
    if !tls.verifies { configuration.certificateVerification = .none }
    return try NIOSSLContext(configuration: configuration)
  }
}
