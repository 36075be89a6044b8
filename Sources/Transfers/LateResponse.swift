import CCurl
import Glibc

/// *Immutable.* The bytes that a connection still held when sending over it failed. A backend may answer before it has
/// the whole request, and close or reset; libcurl sends what it has, gives up with the error that this ends in, and
/// does not look at what came before (`Curl_readwrite`). The kernel still has it, and TLS can still read it.
struct LateResponse {
  /// No more is looked at.
  private static let maxBytes = 1024 * 1024

  let bytes: [UInt8]

  /// Empties the connection that `handle`'s transfer is about to lose; `nil` where it is not dead.
  init?(takenFrom descriptor: Int32, of handle: UnsafeMutableRawPointer) {
    var state = pollfd(fd: descriptor, events: 0, revents: 0)
    guard poll(&state, 1, 0) == 1, state.revents & Int16(POLLHUP) != 0 else { return nil }
    bytes = Array(unsafeUninitializedCapacity: Self.maxBytes) { buffer, count in
      count = weft_read_rest(handle, descriptor, buffer.baseAddress, buffer.count)
    }
  }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Tells whether there are a final head and all of the body, whose end it must say. `isBodiless`: the request was a
  /// HEAD.
  func isWhole(isBodiless: Bool = false) -> Bool {
    var head = ResponseHead()
    head.reset(keepsAll: true)
    return bytes.withUnsafeBytes { rest in
      var rest = rest
      while !head.isComplete {
        guard let line = Self.nextLine(&rest) else { return false }
        if head.isBeforeStatus, !line.starts(with: "HTTP/1.".utf8) { return false }
        if case .refused = head.append(line) { return false }
      }
      var body = ResponseBody()
      body.begin(after: head, hasNone: isBodiless)
      while body.next(&rest) != nil {}
      return body.isWhole
    }
  }

  /// Takes a line with its end.
  static func nextLine(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    guard let end = rest.firstIndex(of: 10) else { return nil }
    defer { rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...]) }
    return UnsafeRawBufferPointer(rebasing: rest[...end])
  }
}
