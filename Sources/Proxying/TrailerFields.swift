import Front
import Messages
import Transfers

/// Those fields of a backend's that may stand behind a body: none that a recipient must know before it, or that could
/// pass for the gateway's own (RFC 9110 §6.5.1). A value.
struct TrailerFields: FieldSequence {
  private let trailers: HeaderBlock
  private let hops: HopByHop

  /// More than other software takes of a trailer section, in bytes; of a longer one nothing is passed on.
  static let maxBytes = 16 * 1024

  init(_ trailers: HeaderBlock, without hops: HopByHop) {
    self.trailers = trailers
    self.hops = hops
  }

  var estimatedBytes: Int { min(trailers.bytes.count, Self.maxBytes) }

  func forEachField(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void) {
    guard trailers.bytes.count <= Self.maxBytes else { return }
    ProxyAnswer.forEachField(of: trailers) { name, value in
      let text = String(decoding: name, as: UTF8.self)
      if Self.isAllowed(text.lowercased()), !hops.contains(name) { body(name, value) }
    }
  }

  private static func isAllowed(_ lowercase: String) -> Bool {
    switch lowercase {
    // RFC 9530 has it made for this place.
    case "content-digest": true
    case "host", "expect", "max-forwards", "pragma", "range", "authorization", "www-authenticate", "cookie",
      "set-cookie", "age", "cache-control", "date", "expires", "location", "refresh", "retry-after", "vary", "warning",
      "forwarded", "via", "weft-outcome", "x-request-id", "strict-transport-security", "cache-status":
      false
    default:
      !["content-", "if-", "x-forwarded-", "access-control-"].contains { HeaderName.hasPrefix(lowercase, $0) }
    }
  }
}
