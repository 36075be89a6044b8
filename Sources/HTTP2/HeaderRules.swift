import Front
import Messages
import NIOHPACK

/// What makes a header section malformed (RFC 9113 §8.2, §8.3), which is an error of its stream. NIOHTTP2 has such rules,
/// too, and they are left out: it takes them to answers as well, and several times as long.
enum HeaderRules {
  /// - Parameter isComplete: no body follows.
  static func isRequest(_ section: HPACKHeaders, isComplete: Bool) -> Bool {
    var seen: PseudoFields = []
    var isConnect = false
    var isInFields = false
    for (name, value, _) in section {
      if name.utf8.first == UInt8(ascii: ":") {
        guard !isInFields, let field = PseudoFields(name), seen.insert(field).inserted, isPseudoValue(value) else {
          return false
        }
        if field == .method { isConnect = value == "CONNECT" }
        if field == .path && value.isEmpty { return false }
      } else {
        isInFields = true
        guard isField(name, value) else { return false }
        if isComplete && name == "content-length" && !isZero(value) { return false }
      }
    }
    return isConnect ? seen == [.method, .authority] : seen.isSuperset(of: [.method, .scheme, .path])
  }

  static func isTrailers(_ section: HPACKHeaders) -> Bool {
    section.allSatisfy { isField($0.name, $0.value) }
  }

  private struct PseudoFields: OptionSet {
    let rawValue: UInt8

    static let method = PseudoFields(rawValue: 1)
    static let scheme = PseudoFields(rawValue: 2)
    static let path = PseudoFields(rawValue: 4)
    static let authority = PseudoFields(rawValue: 8)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(_ name: String) {
      switch name {
      case ":method": self = .method
      case ":scheme": self = .scheme
      case ":path": self = .path
      case ":authority": self = .authority
      default: return nil
      }
    }
  }

  private static func isField(_ name: String, _ value: String) -> Bool {
    guard !name.isEmpty, name.utf8.allSatisfy({ HeadSyntax.isToken($0) && !isUpperCase($0) }),
      value.utf8.allSatisfy({ $0 != 0 && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") })
    else { return false }
    switch name {
    case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade": return false
    case "te": return value == "trailers"
    default: return true
    }
  }

  private static func isPseudoValue(_ value: String) -> Bool {
    value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }

  private static func isZero(_ value: String) -> Bool { value.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

  private static func isUpperCase(_ byte: UInt8) -> Bool { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
}
