import CCurl
import Reactor

// A backend may send a body with a response that has none by the rules, at any time, and it would be taken for the next
// response. libcurl would use the connection again at once. So it is told to pause in the last line of the head: then
// the transfer has ended, and its handle rests for a while, with the connection to itself.
extension EasyHandle: TimerTarget {
  /// Begins the rest after a head that is not of HTTP/2. True: curl must be told to pause. Where the handle can't rest,
  /// its connection is not used again.
  func beginsRest() -> Bool {
    guard !isResting, isBodiless || head.status == 204 || head.status == 304 else { return false }
    guard reuses, hasSentBody, loop.mayRest else {
      setKept(false)
      return false
    }
    // What came in the same read libcurl drops, and says so in its log alone.
    setLogged(true)
    isResting = true
    loop.restsBegun.append(self)
    return true
  }

  private var hasSentBody: Bool {
    guard bodyLength != 0 else { return true }
    var sent: curl_off_t = 0
    return weft_get_size(pointer, CURLINFO_SIZE_UPLOAD_T, &sent) == CURLE_OK && sent == bodyLength
  }

  func timerFired() {
    loop.endRest(of: self)
  }

  func timerDropped() {}
}
