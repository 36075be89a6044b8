import NIOCore
import Transfers

/// Which fields of a backend may stand behind a body: none that a recipient must know before it, or that could pass for
/// the gateway's own (RFC 9110 §6.5.1). No state.
enum TrailerFields {
  /// Appends the lines that are passed on; of more than a client has to expect of a head, none.
  static func write(_ trailers: HeaderBlock, without hops: HopByHop, into buffer: inout ByteBuffer) {
    guard trailers.bytes.count <= maxBytes else { return }
    ProxyAnswer.forEachLine(of: trailers) { name, line in
      let text = String(decoding: name, as: UTF8.self)
      guard isAllowed(text.lowercased()), !hops.contains(text), line.allSatisfy(HeadSyntax.isFieldValue) else { return }
      buffer.writeBytes(UnsafeRawBufferPointer(line))
      buffer.writeStaticString("\r\n")
    }
  }

  /// More than other software takes of a trailer section.
  static let maxBytes = 16 * 1024

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
