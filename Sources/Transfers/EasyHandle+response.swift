import CCurl
import Glibc
import Timing

// What comes of the response, from libcurl or, where that has given up, from the connection itself. All of it inside
// curl.
extension EasyHandle {
  /// The fate of a header line.
  enum LineReception {
    /// The transfer is broken off.
    case broken
    case more
    /// It ended the head.
    case last
    /// The same over HTTP/2, where something may lie behind it already; see `TransferLoop.stir`.
    case lastOfHTTP2
  }

  /// Takes a header line with its end.
  func receive(line: UnsafeRawBufferPointer) -> LineReception {
    if head.isComplete {
      guard body.takesTrailer(line) else { return .broken }
      return head.isHTTP2 ? .lastOfHTTP2 : .more
    }
    guard let transfer else { return .broken }
    if !head.hasBegun { transfer.times.firstByte = .now() }
    guard transfer.receivedLine(line, &head) else { return .broken }
    watchForFold()
    guard head.isComplete else { return .more }
    body.begin(after: head, hasNone: isBodiless)
    return head.isHTTP2 ? .lastOfHTTP2 : .last
  }

  /// Takes a piece of the body, as it came over the connection. Gives back what libcurl's write callback does.
  func receive(body bytes: UnsafeRawBufferPointer) -> Int {
    guard let transfer else { return 0 }
    if transfer.holdsBack() { return Int(CURL_WRITEFUNC_PAUSE) }
    return take(bytes, for: transfer) ? bytes.count : 0
  }

  private func take(_ bytes: UnsafeRawBufferPointer, for transfer: any Transfer) -> Bool {
    var rest = bytes
    while let piece = body.next(&rest) {
      guard transfer.receivedBody(piece) else { return false }
    }
    if body.hasExcess { hasExcess = true }
    return !body.isBroken
  }

  /// Reads what is left of the response where libcurl has noted an error: while a request with a body is under way, and
  /// once more before its connection is closed. A response that has not begun must be whole: to say nothing of it is
  /// better than to break it off. A head of which libcurl has read a part can't be put together again.
  func readLateResponse() {
    guard message[0] != 0, !isLate, attempts == 1, descriptor >= 0, !head.isHTTP2, let transfer else { return }
    guard head.isBeforeStatus || head.isComplete && !body.isWhole && !transfer.isHeldBack else { return }
    // On a kept connection, what came before the request is no response to it.
    guard sentBytes > 0 else { return }
    guard let late = LateResponse(takenFrom: descriptor, of: pointer) else { return }
    isLate = true
    hasLateBytes = !late.bytes.isEmpty
    guard head.isComplete || late.isWhole(isBodiless: isBodiless) else { return }
    late.bytes.withUnsafeBytes { rest in
      var rest = rest
      while !head.isComplete {
        guard let line = LateResponse.nextLine(&rest), receive(line: line) != .broken else { return }
      }
      _ = take(rest, for: transfer)
    }
  }

  /// The response is all there, although the backend would not take the whole request.
  func hasWholeResponse(despite code: CURLcode) -> Bool {
    head.isComplete && body.isWhole && (isLate || code == CURLE_SEND_ERROR)
  }
}
