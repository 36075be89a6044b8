import Front
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans
import TLS
import Timing

/// *Immutable*; what changes is confined to the loops of its listeners. What clients connect to: listeners that share
/// their bounds and the loops of a group.
package final class HTTPServer: Sendable {
  /// In the order of their plans.
  private let listeners: [Listener]
  private let load: ServerLoad
  private let logger: Logger

  /// How often the files of certificates are looked at.
  private static let lookTime: Duration = .seconds(30)

  /// Looks at the files; `nil` without TLS.
  private let looking: Task<Void, Never>?

  private init(_ listeners: [Listener], _ load: ServerLoad, _ logger: Logger) {
    self.listeners = listeners
    looking = listeners.contains { $0.tls != nil } ? Task { await Self.keepLooking(listeners, logger) } : nil
    self.load = load
    self.logger = logger
  }

  /// Binds and begins to accept; throws `ListenError` where one of the addresses can't be had, and listens on none then.
  /// The group stays the caller's; `Exchange.loopIndex` counts its loops in the order of its iterator.
  /// - Parameters:
  ///   - handed: sockets that are there already, of which listeners take theirs.
  ///   - waits: connections stay in the queue until `accept` is called.
  package static func start(
    _ plans: [ListenerPlan], group: MultiThreadedEventLoopGroup, site: Site, settings: ServerSettings,
    handed: HandedSockets? = nil, waits: Bool = false
  ) async throws -> HTTPServer {
    let load = ServerLoad(settings.limits)
    let told = InFlight(limit: settings.mostRefusals)
    var listeners = [Listener?](repeating: nil, count: plans.count)
    // Those that redirect come last: they name a port that may be the system's choice.
    let order = plans.indices.filter { plans[$0].redirect == nil } + plans.indices.filter { plans[$0].redirect != nil }
    for place in order {
      let plan = plans[place]
      let site =
        plan.redirect.map { RedirectSite.make(port: $0.port ?? listeners.compactMap(\.?.plan).httpsPort) } ?? site
      let loops = group.makeIterator().enumerated().map { index, loop in
        FrontLoop(
          index: index, eventLoop: loop, site: site, settings: settings, scheme: plan.tls == nil ? "http" : "https",
          load: load)
      }
      do {
        listeners[place] = try await Listener.start(
          plan, group: group, loops: loops, told: told, handed: handed, waits: waits, logger: settings.logger)
      } catch {
        for listener in listeners { await listener?.close(by: .now(), isLeft: handed != nil) }
        throw ListenError(address: plan.address, cause: error)
      }
    }
    return HTTPServer(listeners.compactMap { $0 }, load, settings.logger)
  }

  /// Where it listens, with the real ports where 0 was asked for.
  package var addresses: [ListenerPlan.Address] { listeners.map(\.plan.address) }

  /// Of the first listener; `nil` where that is a Unix socket.
  package var tcpAddress: ListenAddress? {
    if case .tcp(let address)? = addresses.first { address } else { nil }
  }

  /// Requests that begin when this has returned are served by `site`; those that run end on the one that they began
  /// with. Connections stay open.
  /// - Parameter settings: `nil`: as before. How many connections a client may have, and what is told to those above the
  ///   bound, stays as it is.
  package func replace(_ site: Site, settings: ServerSettings? = nil) async {
    if let settings { load.bound(by: settings.limits) }
    for listener in listeners {
      let isRedirect = listener.plan.redirect != nil
      for loop in listener.loops {
        try? await loop.eventLoop.submit { loop.replace(isRedirect ? loop.site : site, settings) }.get()
      }
    }
  }

  deinit { looking?.cancel() }

  private static func keepLooking(_ listeners: [Listener], _ logger: Logger) async {
    while (try? await Task.sleep(for: lookTime)) != nil {
      try? await NIOThreadPool.singleton.runIfActive { for listener in listeners { listener.lookAtFiles(nil, logger) } }
    }
  }

  /// Reads certificates, keys and lists anew, where their files or settings have changed. Connections stay.
  /// - Parameter plans: as many as at the start, and like those but for how TLS is spoken.
  /// - Returns: whether something new is in use.
  package func readCertificates(_ plans: [ListenerPlan]) async -> Bool {
    let (listeners, logger) = (listeners, logger)
    let read = try? await NIOThreadPool.singleton.runIfActive {
      zip(listeners, plans).reduce(false) { $1.0.lookAtFiles($1.1.tls, logger) || $0 }
    }
    return read ?? false
  }

  /// Those that are served now, of each listener with TLS.
  package var certificates: [(listener: ListenerPlan.Address, certificates: [ServedCertificate])] {
    listeners.compactMap { listener in
      listener.tls.map { (listener.plan.address, $0.contexts.certificates.all) }
    }
  }

  /// Requests being worked on.
  package var requestsInFlight: Int { load.requests.current }

  /// Requests whose bodies are still coming.
  package var bodiesInFlight: Int { load.bodies.current }

  /// Bytes of answers that clients have not taken yet.
  package var untakenBytes: Int { load.untaken.current }

  /// Those of the open client connections that speak so.
  package func connections(speaking wire: WireProtocol) -> Int { load.protocols[wire] }

  /// The files of the certificates that are served, and when these end, in seconds since 1970.
  package var certificateEnds: [(file: String, notAfter: Int)] { listeners.flatMap { $0.tls?.ends ?? [] } }

  /// Open client connections.
  package var openConnections: Int { load.connections.current }

  /// Whether it takes connections from their queues; those that it has stay. Two processes that take from one queue would
  /// wake up for nothing, which NIO holds for an error.
  package func accept(_ isOn: Bool) -> EventLoopFuture<Void> {
    .andAllComplete(listeners.map { $0.accept(isOn) }, on: listeners[0].loops[0].eventLoop)
  }

  /// Copies of its sockets for another process, which the caller closes. Not to be called on a loop.
  package func copySockets() -> [(descriptor: CInt, isHeld: Bool)] { listeners.compactMap { $0.copy() } }

  /// Answers say from now on that they are the last of their connections. Connections are accepted as before.
  package func announceEnd() async {
    await onEachLoop { $0.announceEnd() }
  }

  /// Another process has the sockets: this one accepts no more there. Connections stay open, and are told to leave.
  package func leave() async {
    await announceEnd()
    for listener in listeners { await listener.close(by: .now(), isLeft: true) }
  }

  /// Stops accepting, closes connections without a request, lets running requests finish for at most `limit`, then
  /// cuts off the rest. True: nothing was cut off. To be called once.
  /// - Parameter isLeft: another process has the sockets, and accepts on.
  package func drain(within limit: Duration, isLeft: Bool = false) async -> Bool {
    looking?.cancel()
    await announceEnd()
    let deadline = NIODeadline.now() + .nanoseconds(limit.nanoseconds)
    await withDiscardingTaskGroup { group in
      for listener in listeners { group.addTask { await listener.close(by: deadline, isLeft: isLeft) } }
    }
    let loops = listeners.flatMap(\.loops)
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

  private func onEachLoop(_ body: @escaping @Sendable (FrontLoop) -> Void) async {
    for loop in listeners.flatMap(\.loops) { try? await loop.eventLoop.submit { body(loop) }.get() }
  }
}

/// An address that can't be listened on, and why.
package struct ListenError: Error {
  package let address: ListenerPlan.Address
  package let cause: any Error
}
