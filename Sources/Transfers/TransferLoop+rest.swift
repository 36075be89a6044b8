import CCurl
import Timing

extension TransferLoop {
  /// A body that comes later than this is found by the look before the next request.
  private static let rest = Duration.milliseconds(300)
  /// Handles that rest at once, each with a connection; what is over it gives its connection up.
  private static let maxResting = 128

  /// Inside curl: one more handle may rest.
  var mayRest: Bool { resting.count + restsBegun.count < Self.maxResting }

  /// Outside of curl: the transfers end, their handles stay.
  func beginRests() {
    while let handle = restsBegun.popLast() {
      guard let transfer = detach(handle) else { continue }
      if handle.hasExcess {
        giveUp(handle)
      } else {
        resting[ObjectIdentifier(handle)] = handle
        _ = reactor.schedule(at: Instant.now().advanced(by: Self.rest), handle)
      }
      finish(transfer)
      transfer.ended(CURLE_OK, by: handle)
    }
  }

  /// Ends the rest. What came in the meantime ends the connection; else curl goes on, and ends the transfer in order.
  func endRest(of handle: EasyHandle) {
    guard resting[ObjectIdentifier(handle)] != nil else { return }
    if hasInput(handle.descriptor) {
      giveUp(handle)
    } else {
      _ = enterCurl { _ in curl_easy_pause(handle.pointer, CURLPAUSE_CONT) }
    }
  }

  /// Curl has ended the transfer of a handle that rests.
  func restEnded(of handle: EasyHandle, _ code: CURLcode) {
    connectionIsFree(of: handle)
    giveUp(handle)
    handle.isResting = false
    if !handle.mayHaveRepeated(code), idle.count < Self.maxIdleHandles { idle.append(handle) }
  }

  /// Closes the connection where the transfer has not ended in order.
  private func giveUp(_ handle: EasyHandle) {
    resting[ObjectIdentifier(handle)] = nil
    _ = enterCurl { curl_multi_remove_handle($0, handle.pointer) }
  }

  /// Ends all rests, before the end of curl.
  func endRests() {
    for handle in Array(resting.values) { giveUp(handle) }
    restsBegun.removeAll()
  }
}
