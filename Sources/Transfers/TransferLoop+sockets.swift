import CCurl
import Glibc
import Reactor
import Timing

// The connections' descriptors, from their opening to their end.
extension TransferLoop {
  /// The number of reads of 16 KiB for what comes unasked; a peer that has sent more is found out by the next request,
  /// whose sending fails.
  private static let maxExcessReads = 256

  func socketOpened(_ descriptor: Int32) {
    if let change = sockets.opened(descriptor, at: Instant.now()) { apply(change, to: descriptor) }
  }

  /// Inside curl, before it happens.
  func socketClosed(_ descriptor: Int32) {
    sockets.closed(descriptor)
  }

  func socketWanted(_ descriptor: Int32, _ interest: Interest) {
    if let change = sockets.want(descriptor, interest) { apply(change, to: descriptor) }
  }

  /// Inside curl: a request is about to be sent, for the first time over a kept connection if curl has not named its
  /// descriptor. One on which something lies, or which has ended, is closed: the sending fails then, and the request is
  /// sent over a new connection.
  func requestBegan(_ handle: EasyHandle) {
    guard handle.descriptor < 0 else { return }
    guard let name = handle.connection, let kept = keptConnection(name) else { return setUnplaced(handle, true) }
    if !kept.isHTTP2, hasInput(kept.descriptor) { shutDown(kept.descriptor) }
    place(handle, on: kept.descriptor)
  }

  /// A connection that curl uses again. The transfer before may have ended unheard of, and be the one that knows it.
  private func keptConnection(_ name: ConnectionName) -> (descriptor: Int32, isHTTP2: Bool)? {
    if let descriptor = sockets.descriptor(of: name) { return (descriptor, sockets.isHTTP2(descriptor)) }
    guard let last = active.first(where: { $0.connection == name && $0.descriptor >= 0 }) else { return nil }
    return (last.descriptor, last.head.isHTTP2)
  }

  /// The handle's transfer has ended, and its connection may be kept.
  /// - Parameter isSound: it has ended in order.
  func connectionIsFree(of handle: EasyHandle, isSound: Bool = false) {
    let descriptor = handle.descriptor
    guard descriptor >= 0, let origin = handle.origin else { return }
    let settings = origin.settings
    let change = sockets.transferEnded(
      descriptor, of: ObjectIdentifier(handle), over: handle.connection, isSound: isSound,
      isHTTP2: handle.head.isHTTP2)
    if let change { apply(change, to: descriptor) }
    guard sockets.isKept(descriptor) else { return }
    let now = Instant.now()
    let end = sockets.keep(
      descriptor, of: ObjectIdentifier(origin), now, maxAge: settings.connectionMaxAge,
      idle: origin.isRetired ? .zero : settings.connectionIdle, offered: handle.head.keptSeconds)
    if end <= now, isSureOf(descriptor) { return shutDown(descriptor) }
    sweep(at: end)
    // What has no name is not looked at when it is used again.
    if handle.hasExcess || handle.connection == nil { refuseExcess(descriptor, isKnown: handle.hasExcess) }
  }

  /// Inside curl: the handle's transfer goes over this connection.
  func place(_ handle: EasyHandle, on descriptor: Int32) {
    handle.descriptor = descriptor
    sockets.place(ObjectIdentifier(handle), on: descriptor)
    setUnplaced(handle, false)
  }

  func setUnplaced(_ handle: EasyHandle, _ isUnplaced: Bool) {
    guard handle.isUnplaced != isUnplaced else { return }
    handle.isUnplaced = isUnplaced
    unplaced += isUnplaced ? 1 : -1
  }

  func timerWanted(_ milliseconds: Int) {
    switch milliseconds {
    case ..<0: curlDeadline = .distantFuture
    case 0: curlDeadline = Instant(nanoseconds: 0)
    default: curlDeadline = Instant.now().advanced(by: .milliseconds(milliseconds))
    }
  }

  func apply(_ change: SocketTable.Change, to descriptor: Int32) {
    reactor.watch(descriptor, from: change.before, to: change.after)
  }

  /// Refuses what comes over a connection on which nothing was asked. It would be taken for the next response: libcurl
  /// only looks whether a kept connection was closed (`cf_socket_conn_is_alive`). So it is closed here. `isKnown`:
  /// something came before, and was dropped.
  func refuseExcess(_ descriptor: Int32, isKnown: Bool = false) {
    guard sockets.isQuiet(descriptor), isSureOf(descriptor) else { return }
    if isKnown || hasInput(descriptor) { shutDown(descriptor) }
  }

  /// Whether a connection that is kept is in nobody's use. While a request has begun over one without a name, any without
  /// a name may be that one.
  private func isSureOf(_ descriptor: Int32) -> Bool {
    unplaced == 0 || sockets.isNamed(descriptor)
  }

  /// Tells whether there is a byte, which is taken, an end or an error.
  func hasInput(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) >= 0 || errno != EAGAIN
  }

  /// Closes a kept connection to both sides, and reads it empty, because libcurl would not see the end behind bytes.
  func shutDown(_ descriptor: Int32) {
    Glibc.shutdown(descriptor, Int32(SHUT_RDWR))
    withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 1) { piece in
      for _ in 0..<Self.maxExcessReads {
        if recv(descriptor, piece.baseAddress, piece.count, Int32(MSG_DONTWAIT)) <= 0 { return }
      }
    }
  }
}
