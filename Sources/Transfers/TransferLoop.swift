import CCurl
import Glibc
import Reactor
import Resolving
import Synchronization
import Timing

/// *Confined to its reactor's thread*, but for `perform`, `shutdown` and `currentTransferCount`, which any thread may
/// use. One `curl_multi` with its own connections: nothing is shared with other loops.
package final class TransferLoop: @unchecked Sendable {  // guarded by the reactor's thread
  /// Idle connections kept, over all origins.
  private static let maxConnections = 2048
  /// Idle handles kept; each is about 6 KiB.
  static let maxIdleHandles = 1024

  package let reactor: Reactor
  /// The loop's shutdown has begun: what ends from now on was cut off.
  package private(set) var isCutOff = false
  /// `nil` after the shutdown.
  private(set) var multi: UnsafeMutableRawPointer?
  /// The instant at which curl wants to be called without a socket's doing; 0 is at once.
  var curlDeadline = Instant.distantFuture
  var sockets = SocketTable()
  var active: [EasyHandle] = []
  var idle: [EasyHandle] = []
  /// Transfers that wait for a name, by the name.
  var waiting: [ObjectIdentifier: [ObjectIdentifier: Connecting]] = [:]
  /// Streams with something to do once curl has returned.
  var deferred: [StreamingTransfer] = []
  /// A call of curl's is on the stack: it must not be entered again.
  private(set) var isInsideCurl = false
  /// Handles that got bytes over HTTP/2 and may have more of them inside curl; see `stir`.
  private var stirred: [EasyHandle] = []
  /// Curl was entered since the last look for ended transfers.
  private var mayHaveEnded = false
  /// Transfers whose request was begun over a connection that is not known: curl takes a kept one, and may read from it
  /// and pause, without a word.
  var unplaced = 0
  /// Handles that rest, and those that are about to; see `EasyHandle.beginsRest`.
  var resting: [ObjectIdentifier: EasyHandle] = [:]
  var restsBegun: [EasyHandle] = []
  /// The instant at which the next kept connection has been idle for long enough, and the timer for it.
  var sweepsAt = Instant.distantFuture
  var sweepTimer: TimerToken?
  private let count = Atomic<Int>(0)
  /// Answers in place of a network.
  let script: (any NetworkScript)?

  /// Made before the reactor's start or on its thread; the reactor holds the loop until it stops.
  /// - Parameter script: answers all transfers, none of which then leaves the process; `nil`: the network does.
  package init(reactor: Reactor, script: (any NetworkScript)? = nil) {
    CurlLibrary.initialize()
    self.reactor = reactor
    self.script = script
    multi = curl_multi_init()
    precondition(multi != nil, "no memory for a curl multi handle")
    weft_multi_set_callbacks(
      multi, CurlCallbacks.socket, CurlCallbacks.timer, Unmanaged.passUnretained(self).toOpaque())
    weft_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.maxConnections)
    // One request at a time over an HTTP/2 connection: where streams share one, libcurl 7.88 takes a stream that breaks
    // off for one that ended, and keeps what a paused one does not take (docs/decisions).
    weft_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    reactor.attach(self)
  }

  /// Thread-safe. Bounds open connections, idle ones included; for more, transfers wait within their time.
  package func bound(connections: Int) {
    reactor.execute { [self] in
      _ = enterCurl { weft_multi_set_long($0, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections) }
    }
  }

  /// Thread-safe. Transfers under way, streams included.
  package var currentTransferCount: Int {
    count.load(ordering: .relaxed)
  }

  func countTransfers() {
    let waits = waiting.isEmpty ? 0 : waiting.values.reduce(0) { $0 + $1.count }
    count.store(active.count + waits, ordering: .relaxed)
  }

  /// Runs a call into curl that may call back.
  func enterCurl<R>(_ body: (UnsafeMutableRawPointer) -> R) -> R? {
    guard let multi else { return nil }
    precondition(!isInsideCurl, "curl entered from one of its callbacks")
    isInsideCurl = true
    defer { isInsideCurl = false }
    mayHaveEnded = true
    return body(multi)
  }

  /// Puts a prepared handle to work for `transfer`.
  func add(_ handle: EasyHandle, for transfer: any Transfer) {
    handle.transfer = transfer
    transfer.handle = handle
    handle.index = active.count
    active.append(handle)
    countTransfers()
    if let script { return ScriptedTransfer.begin(handle, transfer, by: script) }
    let code = enterCurl { curl_multi_add_handle($0, handle.pointer) }
    if code != CURLM_OK {
      end(transfer, .connect("libcurl refused the transfer: \(code?.rawValue ?? -1)"))
    }
  }

  /// The one place where a transfer leaves curl, which forgets it; the handle lets go of it. Breaks off what is still
  /// under way.
  func remove(_ handle: EasyHandle) -> (any Transfer)? {
    guard handle.transfer != nil else { return nil }
    _ = enterCurl { curl_multi_remove_handle($0, handle.pointer) }
    return detach(handle)
  }

  /// The handle lets go of its transfer; `nil` where it has none.
  func detach(_ handle: EasyHandle) -> (any Transfer)? {
    guard let transfer = handle.transfer else { return nil }
    let last = active.removeLast()
    if last !== handle {
      active[handle.index] = last
      last.index = handle.index
    }
    countTransfers()
    handle.transfer = nil
    transfer.handle = nil
    handle.endScript()
    setUnplaced(handle, false)
    return transfer
  }

  /// Ends a transfer. Whatever it was to be told later, it is not any more.
  func finish(_ transfer: any Transfer) {
    if let timer = transfer.timer {
      reactor.cancel(timer)
      transfer.timer = nil
    }
    if let connecting = transfer.connecting {
      stopWaiting(connecting)
      connecting.end()
      transfer.connecting = nil
    }
  }

  /// Breaks a transfer off, wherever it stands; nothing happens where it has ended before. Not inside curl.
  func end(_ transfer: any Transfer, _ failure: TransferFailure) {
    guard transfer.isUnderWay else { return }
    if let handle = transfer.handle {
      if failure == .timeout { noteSlowConnection(handle) }
      _ = remove(handle)
      // It may have ended in order a moment ago, unheard of: then curl keeps its connection.
      connectionIsFree(of: handle)
    }
    finish(transfer)
    transfer.failed(failure)
  }

  /// An idle handle, if possible one that last spoke to `destination` of `origin`, or a new one.
  func takeHandle(for origin: Origin, _ destination: Destination) -> EasyHandle? {
    let recent = idle.indices.suffix(16)
    if let index = recent.last(where: { idle[$0].origin === origin && idle[$0].destination === destination }) {
      idle.swapAt(index, idle.count - 1)
    }
    return idle.popLast() ?? EasyHandle(loop: self)
  }

  private func collectEnded() {
    beginRests()
    applyDeferred()
    guard mayHaveEnded, let multi else { return }
    mayHaveEnded = false
    var left: Int32 = 0
    while let message = curl_multi_info_read(multi, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      let code = message.pointee.data.result
      var context: UnsafeMutableRawPointer?
      weft_get_pointer(easy, &context)
      guard let context else { continue }
      let handle = Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
      if handle.isResting {
        restEnded(of: handle, code)
      } else if code != CURLE_OK, canGoOn(handle) {
        goOn(after: handle.failure(code), handle, at: .now())
      } else if handle.shouldRepeat(after: code) {
        startAgain(handle)
      } else {
        connectionIsFree(of: handle, isSound: code == CURLE_OK)
        let transfer = remove(handle)
        if !handle.mayHaveRepeated(code), idle.count < Self.maxIdleHandles { idle.append(handle) }
        guard let transfer else { continue }
        finish(transfer)
        transfer.ended(code, by: handle)
      }
    }
  }

  /// Starts again over a new connection, as libcurl would have done.
  private func startAgain(_ handle: EasyHandle) {
    handle.beginAttempt()
    _ = enterCurl { multi in
      curl_multi_remove_handle(multi, handle.pointer)
      return curl_multi_add_handle(multi, handle.pointer)
    }
  }

  /// Ends everything as cancelled and gives curl's memory and connections back. On the reactor's thread.
  func close() {
    guard multi != nil else { return }
    isCutOff = true
    while let handle = active.last, let transfer = handle.transfer { end(transfer, .cancelled) }
    endRests()
    while let transfer = waiting.values.lazy.compactMap({ $0.values.first?.transfer }).first {
      end(transfer, .cancelled)
    }
    idle.removeAll()
    stirred.removeAll()
    curl_multi_cleanup(multi)
    multi = nil
  }
}

extension TransferLoop: ReactorDriver {
  package func descriptorReady(_ descriptor: Int32, is ready: Interest) {
    guard sockets.isWanted(descriptor) else {
      refuseExcess(descriptor)
      apply(sockets.readyUnwanted(descriptor), to: descriptor)
      return
    }
    var flags: Int32 = 0
    if ready.contains(.read) { flags |= CURL_CSELECT_IN }
    if ready.contains(.write) { flags |= CURL_CSELECT_OUT }
    if ready.contains(.broken) { flags |= CURL_CSELECT_IN | CURL_CSELECT_ERR }
    var running: Int32 = 0
    _ = enterCurl { curl_multi_socket_action($0, descriptor, flags, &running) }
  }

  package func advance() -> Instant {
    applyStirs()
    // Bounded: a curl that wants to be called again at once, for ever, must not starve the sockets.
    for _ in 0..<8 {
      guard curlDeadline != .distantFuture, curlDeadline.nanoseconds == 0 || curlDeadline <= Instant.now() else {
        break
      }
      curlDeadline = .distantFuture
      var running: Int32 = 0
      _ = enterCurl { curl_multi_socket_action($0, CURL_SOCKET_TIMEOUT, 0, &running) }
      collectEnded()
    }
    collectEnded()
    return stirred.isEmpty ? curlDeadline : Instant(nanoseconds: 0)
  }

  /// Inside curl: the handle is run again before the loop sleeps.
  ///
  /// libcurl 7.88 reads up to 32 KiB of HTTP/2 into a buffer of its own, hands out part of it and then waits for the
  /// socket, though the rest lies there (`cf_h2_recv` sets `drain`, which only `curl_multi_perform` honours, and
  /// `cf_h2_data_pending` compares the wrong way round). So whoever got something is asked again until nothing comes.
  func stir(_ handle: EasyHandle) {
    guard !handle.isStirred else { return }
    handle.isStirred = true
    stirred.append(handle)
  }

  /// One round: what comes of it is for the next.
  private func applyStirs() {
    guard !stirred.isEmpty else { return }
    let handles = stirred
    stirred.removeAll(keepingCapacity: true)
    var running: Int32 = 0
    for handle in handles {
      handle.isStirred = false
      guard handle.transfer != nil, handle.descriptor >= 0 else { continue }
      _ = enterCurl { curl_multi_socket_action($0, handle.descriptor, CURL_CSELECT_IN, &running) }
    }
    collectEnded()
  }

  package func reactorWillStop() {
    close()
  }
}
