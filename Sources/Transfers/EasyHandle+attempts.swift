import CCurl
import Glibc

// How often a request is sent. A kept connection may end in the moment in which a request is sent over it. libcurl then
// sends it again, whatever its method (`Curl_retry_request`), up to five times over as many kept connections, and
// counts those over all transfers of a handle. Here it is sent again once, over a new connection, and only where that
// can do no work twice: it is safe, or no byte of it has left.
extension EasyHandle {
  /// Decides before each attempt at sending, inside curl. False: it must not be sent again.
  func mayBegin(over connection: ConnectionName?) -> Bool {
    attempts += 1
    self.connection = connection
    transfer?.wasBegun = true
    if isConnecting { transfer?.times.connected = .now() }
    loop.connectionStands(self)
    loop.requestBegan(self)
    if attempts == 1 {
      // Not over another kept connection, which may be dead too.
      setFresh(true)
    } else if attempts > 2 || !isRepeatable {
      refusedRepeat = true
    }
    return !refusedRepeat
  }

  /// The transfer failed with `code` over a kept connection, and libcurl would not repeat it: what was left of a large
  /// request could not be sent, HTTP/2 broke, or something came that was no response to this request.
  func shouldRepeat(after code: CURLcode) -> Bool {
    guard code != CURLE_OK, attempts == 1, !head.hasBegun, isRepeatable else { return false }
    var connections = 0
    return weft_get_long(pointer, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK && connections == 0
  }

  /// libcurl counted a repetition, or may have: after five of them the handle would fail for no other reason.
  func mayHaveRepeated(_ code: CURLcode) -> Bool {
    attempts > 1 || code != CURLE_OK
  }

  var isRepeatable: Bool {
    guard let transfer, !hasLateBytes else { return false }
    return transfer.isRepeatable || sentBytes == 0
  }

  /// The bytes of the request's head, over all attempts.
  var sentBytes: Int {
    var sent = 0
    return weft_get_long(pointer, CURLINFO_REQUEST_SIZE, &sent) == CURLE_OK ? sent : .max
  }

  /// The other side has taken the connection that is being made; TLS may still be to come.
  var isConnected: Bool {
    var name = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &name) { name in
      name.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
    }
  }
}
