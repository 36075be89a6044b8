import CCurl
import Messages
import Reactor
import Timing

/// *Confined to its loop.* A transfer that a script answers: what it is told, and in which order, is what libcurl would tell
/// it. Held by its handle.
final class ScriptedTransfer: TimerTarget {
  private enum Stage { case sending, waiting, receiving, over }

  /// Bytes that a transfer takes at once.
  private static let piece = 16 * 1024

  private unowned let loop: TransferLoop
  private unowned let handle: EasyHandle
  private let script: any NetworkScript
  private var request: ScriptedRequest
  private var stage = Stage.sending
  private var answer = ScriptedAnswer(.silence)
  private var timer: TimerToken?
  /// What of the body is still to come.
  private var rest: ArraySlice<UInt8> = []

  private init(_ handle: EasyHandle, _ request: ScriptedRequest, by script: any NetworkScript) {
    loop = handle.loop
    self.handle = handle
    self.request = request
    self.script = script
  }

  /// Begins it over a connection that stands.
  static func begin(_ handle: EasyHandle, _ transfer: any Transfer, by script: any NetworkScript) {
    let scripted = ScriptedTransfer(handle, transfer.scriptedRequest, by: script)
    handle.scripted = scripted
    handle.attempts = 1
    transfer.wasBegun = true
    // Whoever began it hears of nothing before that has returned.
    scripted.fire(at: .now())
  }

  /// Goes on with the body, after a pause in either direction.
  func goOn() {
    if stage == .sending || stage == .receiving { fire(at: .now()) }
  }

  func end() {
    stage = .over
    if let timer { loop.reactor.cancel(timer) }
  }

  private func fire(at instant: Instant) {
    if let timer { loop.reactor.cancel(timer) }
    timer = loop.reactor.schedule(at: instant, self)
  }

  func timerFired() {
    timer = nil
    switch stage {
    case .sending: send()
    case .waiting: respond()
    case .receiving: receive()
    case .over: break
    }
  }

  func timerDropped() { timer = nil }

  // MARK: The request

  private func send() {
    while let piece = pull() {
      guard piece.count > 0 else { return ask() }
      request.body += piece
    }
  }

  /// The next of a body that is streamed; nothing at its end, `nil` where it pauses or was broken off.
  private func pull() -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: Self.piece)
    let count = inside { transfer in buffer.withUnsafeMutableBytes { transfer.pullBody(into: $0) } }
    switch count {
    case Int(CURL_READFUNC_PAUSE)?, nil: return nil
    case Int(CURL_READFUNC_ABORT)?:
      finish(CURLE_ABORTED_BY_CALLBACK)
      return nil
    case let count?: return Array(buffer.prefix(count))
    }
  }

  private func ask() {
    stage = .waiting
    answer = script.answer(request)
    if case .silence = answer.end { return }
    fire(at: Instant.now().advanced(by: answer.delay))
  }

  // MARK: The response

  private func respond() {
    switch answer.end {
    case .silence: break
    case .reset: finish(CURLE_RECV_ERROR)
    case .garbage: finish(CURLE_WEIRD_SERVER_REPLY)
    case .response(let status, let headers, let body):
      stage = .receiving
      let hasNone = handle.isBodiless || status == 204 || status == 304
      rest = hasNone ? [] : body[...]
      var lines = ["HTTP/1.1 \(status) \r\n"] + headers.map { "\($0.name): \($0.value)\r\n" }
      if !hasNone { lines.append("Content-Length: \(body.count)\r\n") }
      guard take(lines + ["\r\n"]) else { return }
      receive()
    }
  }

  private func take(_ lines: [String]) -> Bool {
    let isTaken = inside { _ in
      lines.allSatisfy { line in
        Array(line.utf8).withUnsafeBytes { bytes in
          if case .broken = handle.receive(line: bytes) { false } else { true }
        }
      }
    }
    if isTaken == false { finish(CURLE_WRITE_ERROR) }
    return isTaken == true && stage == .receiving
  }

  private func receive() {
    while stage == .receiving, !rest.isEmpty {
      let piece = Array(rest.prefix(Self.piece))
      let taken = inside { _ in piece.withUnsafeBytes { handle.receive(body: $0) } }
      if taken == Int(CURL_WRITEFUNC_PAUSE) { return }
      guard taken == piece.count else { return finish(CURLE_WRITE_ERROR) }
      rest = rest.dropFirst(piece.count)
    }
    if stage == .receiving { finish(CURLE_OK) }
  }

  /// Runs what libcurl would run, and then what was asked for meanwhile; `nil` where the transfer has ended.
  private func inside<R>(_ body: (any Transfer) -> R) -> R? {
    guard stage != .over, let transfer = handle.transfer else { return nil }
    let result = loop.enterCurl { _ in body(transfer) }
    loop.applyDeferred()
    return stage == .over ? nil : result
  }

  private func finish(_ code: CURLcode) {
    let handle = handle
    guard stage != .over, let transfer = loop.detach(handle) else { return }
    if code == CURLE_OK, loop.idle.count < TransferLoop.maxIdleHandles { loop.idle.append(handle) }
    loop.finish(transfer)
    transfer.ended(code, by: handle)
  }
}

extension EasyHandle {
  /// A transfer that a script answers has ended, or was given up.
  func endScript() {
    scripted?.end()
    scripted = nil
  }
}
