import Front
import Messages
import Transfers

/// What of a backend's head goes to the client: every end-to-end field, byte for byte, in its order. A value; looked
/// through once.
struct ProxyAnswer: FieldSequence {
  let status: Int
  /// Of `Content-Length`, where there is one that counts.
  let length: Int?
  let hasDate: Bool
  private let headers: HeaderBlock
  private let rewriting: PlaceRewriting?
  let hops: HopByHop

  init(status: Int, headers: HeaderBlock, _ rewriting: PlaceRewriting? = nil) {
    self.status = status
    self.headers = headers
    self.rewriting = rewriting
    var connection: [String] = []
    var hasDate = false
    var length: Int?
    var isCoded = false
    Self.forEachField(of: headers) { name, value in
      switch name.count {
      case 4 where HeaderName.equals(name, "date"): hasDate = true
      case 10 where HeaderName.equals(name, "connection"):
        connection.append(String(decoding: Self.trimmed(value), as: UTF8.self))
      case 14 where HeaderName.equals(name, "content-length"):
        length = PeerNumber(digits: Self.trimmed(value))?.within(0...Int.max - 1)
      case 17 where HeaderName.equals(name, "transfer-encoding"): isCoded = true
      default: break
      }
    }
    hops = HopByHop(connection: connection)
    self.hasDate = hasDate
    // RFC 9112 §6.3: beside a transfer coding a length means nothing.
    self.length = isCoded ? nil : length
  }

  private static let via = ("Via", "1.1 weft")

  var estimatedBytes: Int { headers.bytes.count + 16 }

  /// The fields and the gateway's `Via`. `Trailer` is among them, for a sink that has a place for trailers.
  /// `Content-Length` and `X-Request-Id` are the sink's own.
  func forEachField(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    Self.forEachField(of: headers) { name, value in
      if HeaderName.equals(name, "content-length") || HeaderName.equals(name, "x-request-id") { return }
      let isAnnouncement = HeaderName.equals(name, "trailer")
      if !isAnnouncement && hops.contains(name) { return }
      guard let rewritten = rewriting?.value(of: name, value) else { return body(name, value) }
      rewritten.withUnsafeBufferPointer { body(name, $0) }
    }
    [HeaderField(Self.via.0, Self.via.1)].forEachField(body)
  }

  /// Line by line; a name that is no token is left for the sink to refuse.
  static func forEachField(
    of headers: HeaderBlock, _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    headers.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      while start < bytes.count {
        let next = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        let end = next > start && bytes[next - 1] == 0x0D ? next - 1 : next
        let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
        if let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 {
          body(UnsafeBufferPointer(rebasing: line[..<colon]), UnsafeBufferPointer(rebasing: line[(colon + 1)...]))
        }
        start = next + 1
      }
    }
  }

  private static func trimmed(_ value: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var value = value[...]
    while let first = value.first, HeadSyntax.isBlank(first) { value.removeFirst() }
    while let last = value.last, HeadSyntax.isBlank(last) { value.removeLast() }
    return value
  }
}
