import Glibc

/// *Immutable.* A whole answer that a connection still held when sending over it failed. A backend may answer before it
/// has the whole request, and reset; libcurl sends what it has, gives up with the error that this ends in, and does not
/// look at what came before (`Curl_readwrite`). The kernel still has it.
///
/// Only without TLS and over HTTP/1.1, and only where the answer's length is known and all of it is there.
struct LateAnswer {
  /// A longer answer is not looked for.
  private static let maxBytes = 64 * 1024

  let head: ResponseHead
  let body: ArraySlice<UInt8>

  /// Empties the connection; `nil` where there is no whole answer in it.
  init?(takenFrom descriptor: Int32) {
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.maxBytes) { buffer, count in
      while count < buffer.count {
        let read = recv(descriptor, buffer.baseAddress! + count, buffer.count - count, Int32(MSG_DONTWAIT))
        guard read > 0 else { break }
        count += read
      }
    }
    self.init(bytes)
  }

  init?(_ bytes: [UInt8]) {
    // Not so where libcurl has begun to read it.
    guard bytes.starts(with: "HTTP/1.".utf8) else { return nil }
    var head = ResponseHead()
    head.reset(keepsAll: true)
    var rest = bytes[...]
    while !head.isComplete {
      guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let step = rest[...end].withUnsafeBytes { head.append($0) }
      if case .refused = step { return nil }
      rest = rest[(end + 1)...]
    }
    let isEmpty = head.status == 204 || head.status == 304
    guard let length = isEmpty ? 0 : head.body.length, length <= rest.count else { return nil }
    self.head = head
    body = rest.prefix(length)
  }
}
