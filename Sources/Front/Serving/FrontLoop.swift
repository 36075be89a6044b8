import Glibc
import Logging
import NIOCore
import Observing
import Timing

/// *Confined to its event loop*, but for its constants; so it may be handed over: `@unchecked Sendable`. What the
/// connections of one loop share.
package final class FrontLoop: @unchecked Sendable {
  /// Bytes of an answer that may wait for a client before the next piece, or the next answer, does.
  package static let maxOutputBytes = 64 * 1024

  private static let noticeInterval = TimeAmount.seconds(10)

  package let index: Int
  package let eventLoop: any EventLoop
  let mailbox: Mailbox
  package private(set) var settings: ServerSettings
  /// `http` or `https`.
  package let scheme: String
  /// Shared with the server's other loops.
  package let load: ServerLoad
  /// Of each body, at its beginning.
  package private(set) var pace: BodyPace
  package let allocator = ByteBufferAllocator()
  package private(set) var site: Site
  package var random = RandomIDs()
  package var date = HTTPDate()
  package var accessLog: AccessLog
  /// Who else hears of each request in the end.
  private(set) var observers: [any RequestObserver]
  /// Answers are the last of their connections.
  package private(set) var isEnding = false
  /// Connections are cut off.
  package private(set) var isOver = false
  /// What is done to the fields of every answer; `nil`: nothing.
  private var common: FieldChanges?
  private var nextTelling = Instant(nanoseconds: 0)
  private var endAnnounced = Instant.distantFuture
  private var connections: [any ServedConnection] = []
  private var ticker: RepeatedTask?
  private var nextNotice = NIODeadline.distantPast
  private var quietTicker: RepeatedTask?
  private var drained: EventLoopPromise<Void>?

  /// A connection is closed between requests only after so long without one: the client's next request may be on its
  /// way, and would meet a reset.
  private static let quietTime: Duration = .milliseconds(500)
  private static let quietTick = TimeAmount.milliseconds(50)

  package init(
    index: Int, eventLoop: any EventLoop, site: Site, settings: ServerSettings, scheme: String, load: ServerLoad
  ) {
    self.index = index
    self.eventLoop = eventLoop
    mailbox = Mailbox(eventLoop: eventLoop)
    self.site = site
    self.settings = settings
    self.scheme = scheme
    accessLog = AccessLog(settings.accessLog)
    observers = settings.observers.map { $0.observer(ofLoop: index) }
    self.load = load
    pace = BodyPace(settings)
    common = Self.common(settings, scheme)
  }

  /// Requests that begin from now on are served so; how long a head may be is for connections that do. `settings`:
  /// `nil`: as before.
  package func replace(_ site: Site, _ settings: ServerSettings?) {
    self.site = site
    guard let settings else { return }
    self.settings = settings
    accessLog = AccessLog(settings.accessLog)
    observers = settings.observers.map { $0.observer(ofLoop: index) }
    pace = BodyPace(settings)
    common = Self.common(settings, scheme)
    ticker?.cancel()
    if ticker != nil { startTicker() }
  }

  /// The head of an answer, with what all answers of its listener say.
  package func head(status: Int) -> AnswerHead {
    var head = AnswerHead(status: status)
    if let common { head.changes = common }
    return head
  }

  private static func common(_ settings: ServerSettings, _ scheme: String) -> FieldChanges? {
    guard let hsts = settings.hsts, scheme == "https" else { return nil }
    var changes = FieldChanges()
    changes.set("Strict-Transport-Security", hsts)
    return changes
  }

  /// Tells of an answer to what is no request.
  package func tell(_ fault: RequestFault, bytes: Int, peer: Peer, requestID: String) {
    accessLog.write(fault, bytes: bytes, peer: peer, requestID: requestID)
    for observer in observers { observer.refused(status: fault.status) }
  }

  /// Whether the log may be told of what a client does wrong: it could do so without end.
  package func isNoticeDue() -> Bool {
    guard NIODeadline.now() >= nextNotice else { return false }
    nextNotice = .now() + Self.noticeInterval
    return true
  }

  package func add(_ connection: any ServedConnection) {
    connection.place = connections.count
    connections.append(connection)
    load.protocols.add(1, connection.speaks)
    if ticker == nil { startTicker() }
  }

  package func remove(_ connection: any ServedConnection) {
    guard let place = connection.place else { return }
    connection.place = nil
    load.protocols.add(-1, connection.speaks)
    let last = connections.removeLast()
    if last !== connection {
      connections[place] = last
      last.place = place
    }
    if connections.isEmpty { drained?.succeed() }
  }

  /// Closes the connection that has waited for a request the longest. False: none waits.
  package func makeRoom() -> Bool {
    let waiting = connections.filter { $0.waitsSince != nil }
    guard let longest = waiting.min(by: { $0.waitsSince! < $1.waitsSince! }) else { return false }
    longest.abort()
    return true
  }

  /// Time limits are looked at by one timer a loop instead of one a connection, which is what makes setting them free:
  /// they are late by one tick at most.
  private func startTicker() {
    let timeouts = settings.timeouts
    let shortest = min(timeouts.idle, timeouts.head, timeouts.body).nanoseconds
    let tick = TimeAmount.nanoseconds(max(10_000_000, min(500_000_000, shortest / 8)))
    ticker = eventLoop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { [weak self] _ in self?.sweep() }
  }

  private func sweep() {
    let now = Instant.now()
    for connection in connections { connection.checkTime(now) }
  }

  /// The log is told no more often than every ten seconds.
  package func tellCutOff() {
    let now = Instant.now()
    guard now >= nextTelling else { return }
    nextTelling = now.advanced(by: .seconds(10))
    settings.logger.warning(
      "answers wait for their clients beyond the bound; the slowest are cut off",
      metadata: ["bytes": "\(load.untaken.current)", "bound": "\(settings.limits.untakenBytes)"])
  }

  /// Answers say from now on that they are the last of their connections.
  package func announceEnd() {
    if isEnding { return }
    isEnding = true
    endAnnounced = .now()
    for connection in connections { connection.announceEnd() }
  }

  /// Connections are closed after their answer, or once no request has come for a moment. Completes when none is left.
  package func drain() -> EventLoopFuture<Void> {
    announceEnd()
    let promise = drained ?? eventLoop.makePromise(of: Void.self)
    drained = promise
    if connections.isEmpty {
      promise.succeed()
    } else {
      quietTicker = eventLoop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.quietTick) { [weak self] _ in
        self?.closeQuiet()
      }
    }
    return promise.futureResult
  }

  private func closeQuiet() {
    let past = Instant.now().advanced(by: .zero - Self.quietTime)
    guard endAnnounced <= past else { return }
    for connection in connections { connection.closeIfQuiet(since: past) }
  }

  /// Cuts off what is left; the number of answers that were not finished.
  package func abort() -> Int {
    isOver = true
    let left = connections
    let cutOff = left.count { $0.isBusy }
    for connection in left { connection.abort() }
    ticker?.cancel()
    quietTicker?.cancel()
    return cutOff
  }
}

/// A client's connection as its loop sees it. *Confined to* that loop.
package protocol ServedConnection: AnyObject {
  /// In the loop's list; `nil` where it isn't.
  var place: Int? { get set }
  /// The same as long as it is in the loop's list.
  var speaks: WireProtocol { get }
  /// An answer is owed or not yet taken.
  var isBusy: Bool { get }
  /// When it began to wait for a request; `nil` where one is here.
  var waitsSince: Instant? { get }
  /// Called once a tick: what waits for the client too long ends.
  func checkTime(_ now: Instant)
  /// Tells the client that no further request is taken on it, where the protocol has a word for that.
  func announceEnd()
  /// Closes it where no request has begun since `instant`, and none is waiting.
  func closeIfQuiet(since instant: Instant)
  func abort()
  /// It ends with a reset, and what the kernel has for the client goes at once.
  func cutOff()
}

extension ServedConnection {
  package func announceEnd() {}
}

extension BodyPace {
  fileprivate init(_ settings: ServerSettings) {
    self.init(grace: settings.timeouts.bodyGrace, bytesPerSecond: settings.limits.bodyRate)
  }
}

/// A connection is to end at once: what stands between it and the socket waits for no word of the client.
package struct ConnectionAbort {}

extension ChannelHandlerContext {
  package func abort() {
    triggerUserOutboundEvent(ConnectionAbort(), promise: nil)
    close(promise: nil)
  }

  /// The connection will end with a reset, and what the kernel has for the client goes at once.
  package func resetOnClose() {
    guard let socket = channel as? any SocketOptionProvider else { return }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenFailure { _ in }
  }
}
