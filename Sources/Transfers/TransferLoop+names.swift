import CCurl
import Glibc
import Resolving
import Timing

// From an origin's name to a connection: libcurl gets addresses in numbers and never looks a name up, which would cost
// a thread for each transfer.
extension TransferLoop {
  /// Begins a transfer, or goes on with one that has no connection yet. Outside of curl. `isAsking`: this loop will hear
  /// of its name.
  func start(_ transfer: any Transfer, at now: Instant, isAsking: Bool = false) {
    let origin = transfer.origin
    guard let name = origin.name, script == nil else { return send(transfer, to: origin.fixed, at: now) }
    switch name.known(at: now, else: self) {
    case .addresses(let addresses, let generation):
      let tried = transfer.connecting?.tried ?? []
      if let next = origin.destination(among: addresses, generation: generation, at: now, avoiding: tried) {
        send(transfer, to: next, at: now)
      } else if isAsking {
        wait(transfer, for: name, until: nil, at: now)
      } else {
        giveUp(transfer, .connect("no address of \(name.text) is left to try"))
      }
    case .asking(let until): wait(transfer, for: name, until: until, at: now)
    case .failure(let failure):
      giveUp(transfer, .connect("could not resolve \(name.text): \(failure.reason)"))
    }
  }

  private func send(_ transfer: any Transfer, to destination: Destination, at now: Instant) {
    guard let handle = takeHandle(for: transfer.origin, destination) else {
      return giveUp(transfer, .connect("out of memory"))
    }
    if let failure = transfer.prepare(handle, for: destination) {
      idle.append(handle)
      return giveUp(transfer, failure)
    }
    if let connecting = transfer.connecting { handle.goOn(connecting, at: now) }
    add(handle, for: transfer)
  }

  private func wait(_ transfer: any Transfer, for name: HostName, until time: Instant?, at now: Instant) {
    let connecting = transfer.connecting ?? Connecting(transfer, since: now)
    transfer.connecting = connecting
    guard now < connecting.deadline else {
      return giveUp(transfer, .connect("\(name.text) was not resolved in time"))
    }
    connecting.name = name
    waiting[ObjectIdentifier(name), default: [:]][ObjectIdentifier(connecting)] = connecting
    countTransfers()
    connecting.setTimer(min(time ?? .distantFuture, connecting.deadline))
  }

  func stopWaiting(_ connecting: Connecting) {
    connecting.stopTimer()
    guard let name = connecting.name else { return }
    connecting.name = nil
    waiting[ObjectIdentifier(name)]?[ObjectIdentifier(connecting)] = nil
    if waiting[ObjectIdentifier(name)]?.isEmpty == true { waiting[ObjectIdentifier(name)] = nil }
    countTransfers()
  }

  /// Gives a transfer up; what the last address said tells more.
  private func giveUp(_ transfer: any Transfer, _ failure: TransferFailure) {
    let failure = transfer.connecting?.failure ?? failure
    finish(transfer)
    transfer.failed(failure)
  }

  /// Acts where a waiting transfer's time is over, or that of one address.
  func connectingIsDue(_ connecting: Connecting) {
    guard let transfer = connecting.transfer else { return }
    let now = Instant.now()
    if connecting.name != nil {
      stopWaiting(connecting)
      start(transfer, at: now)
    } else if let handle = transfer.handle, canGoOn(handle), !handle.isConnected {
      goOn(after: .connect("no connection in its share of the time"), handle, at: now)
    }
  }

  /// No connection could be made to where `handle` says. Tries the next address, asks the name anew.
  func goOn(after failure: TransferFailure, _ handle: EasyHandle, at now: Instant) {
    guard let transfer = remove(handle), let name = transfer.origin.name, let destination = handle.destination else {
      return
    }
    let connecting = transfer.connecting ?? Connecting(transfer, since: handle.connectingSince)
    transfer.connecting = connecting
    connecting.stopTimer()
    connecting.failed(destination, failure, attempts: handle.attempts)
    destination.shun(at: now)
    let isAsking = name.doubt(at: now, self)
    guard now < connecting.deadline else { return giveUp(transfer, failure) }
    start(transfer, at: now, isAsking: isAsking)
  }

  /// Inside curl: a connection is begun for it.
  func connectionBegins(_ handle: EasyHandle) {
    let now = Instant.now()
    if !handle.isConnecting {
      handle.isConnecting = true
      handle.connectingSince = now
    }
    guard let transfer = handle.transfer, transfer.origin.name != nil else { return }
    let tried = transfer.connecting?.tried.count ?? 0
    guard transfer.origin.destinationCount > tried + 1 else { return }
    let connecting = transfer.connecting ?? Connecting(transfer, since: now)
    transfer.connecting = connecting
    connecting.shareTime(at: now)
  }

  /// Inside curl: there is one.
  func connectionStands(_ handle: EasyHandle) {
    handle.isConnecting = false
    handle.destination?.worked()
    if let transfer = handle.transfer, let connecting = transfer.connecting {
      connecting.end()
      transfer.connecting = nil
    }
  }

  /// The handle's transfer can be sent elsewhere, because it has met no connection: its request was never begun, or may
  /// be begun twice.
  func canGoOn(_ handle: EasyHandle) -> Bool {
    handle.isConnecting && handle.origin?.name != nil && (handle.attempts == 0 || handle.isRepeatable)
  }

  /// Notes that a transfer's own time has passed before it had a connection.
  func noteSlowConnection(_ handle: EasyHandle) {
    guard handle.isConnecting, !handle.isConnected, let name = handle.origin?.name else { return }
    let now = Instant.now()
    handle.destination?.shun(at: now)
    _ = name.doubt(at: now, self)
  }
}

extension TransferLoop: NameListener {
  package func heard(of name: HostName) {
    reactor.execute { [self] in
      guard let woken = waiting.removeValue(forKey: ObjectIdentifier(name)) else { return }
      let now = Instant.now()
      for connecting in woken.values {
        connecting.stopTimer()
        connecting.name = nil
        if let transfer = connecting.transfer { start(transfer, at: now) }
      }
      countTransfers()
    }
  }
}
