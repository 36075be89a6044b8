import Messages
import Transfers

/// What of a backend's head goes to the client: every end-to-end line, byte for byte, in its order. A value; looked
/// through once.
struct ProxyAnswer {
  let status: Int
  /// Of `Content-Length`, where there is one that counts.
  let length: Int?
  let hasDate: Bool
  private let headers: HeaderBlock
  let hops: HopByHop

  init(status: Int, headers: HeaderBlock) {
    self.status = status
    self.headers = headers
    var connection: [String] = []
    var hasDate = false
    var length: Int?
    var isCoded = false
    Self.forEachLine(of: headers) { name, line in
      switch name.count {
      case 4: if Self.equals(name, "date") { hasDate = true }
      case 10: if Self.equals(name, "connection") { connection.append(Self.value(line, name)) }
      case 14: if Self.equals(name, "content-length") { length = Self.length(Self.value(line, name)) }
      case 17: if Self.equals(name, "transfer-encoding") { isCoded = true }
      default: break
      }
    }
    hops = HopByHop(connection: connection)
    self.hasDate = hasDate
    // RFC 9112 §6.3: beside a transfer coding a length means nothing.
    self.length = isCoded ? nil : length
  }

  /// Appends the lines and the gateway's `Via`. `isChunked`: there is a place for trailers. `Content-Length` and
  /// `X-Request-Id` are the connection's to write.
  func write(into head: inout AnswerHead, isChunked: Bool) {
    Self.forEachLine(of: headers) { name, line in
      if Self.equals(name, "content-length") || Self.equals(name, "x-request-id") { return }
      let isAnnouncement = isChunked && Self.equals(name, "trailer")
      if !isAnnouncement && hops.contains(String(decoding: name, as: UTF8.self)) { return }
      guard line.allSatisfy(HeadSyntax.isFieldValue) else { return }
      head.buffer.writeBytes(UnsafeRawBufferPointer(line))
      head.buffer.writeStaticString("\r\n")
    }
    head.buffer.writeStaticString("Via: 1.1 weft\r\n")
  }

  /// Lines without their end; those that have no proper name are left out.
  static func forEachLine(
    of headers: HeaderBlock, _ body: (_ name: UnsafeBufferPointer<UInt8>, _ line: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    headers.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        let next = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let end = next > start && bytes[next - 1] == 0x0D ? next - 1 : next
        let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(HeadSyntax.isToken)
        {
          body(UnsafeBufferPointer(rebasing: line[..<colon]), line)
        }
        start = next + 1
      }
    }
  }

  private static func equals(_ name: UnsafeBufferPointer<UInt8>, _ lowercase: StaticString) -> Bool {
    guard name.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in name {
      guard HeaderName.lower(byte) == expected.pointee else { return false }
      expected += 1
    }
    return true
  }

  private static func length(_ text: String) -> Int? { PeerNumber(digits: text.utf8)?.within(0...Int.max - 1) }

  private static func value(_ line: UnsafeBufferPointer<UInt8>, _ name: UnsafeBufferPointer<UInt8>) -> String {
    String(HeaderName.trimmed(String(decoding: line[(name.count + 1)...], as: UTF8.self)))
  }
}
