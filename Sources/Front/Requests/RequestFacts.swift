import Messages

/// What a request's fields say to the gateway itself, by whatever protocol they came. A value, which takes one field
/// after the other.
package struct RequestFacts {
  /// More fields than this are 431.
  package static let maxFields = 256

  /// All `Via` fields.
  package private(set) var via: String?
  package private(set) var contentLength: Int?
  package private(set) var expectsContinue = false

  package init() {}

  package mutating func take(_ name: String, _ value: String) throws(RequestFault) {
    switch name.utf8.count {
    case 3 where HeaderName.equals(name, "via"):
      guard !Via.names(value) else { throw RequestFault(508, "the request has been here before") }
      via.join(value)
    case 6 where HeaderName.equals(name, "expect"):
      guard HeaderName.equals(value, "100-continue") else { throw RequestFault(417, "unknown expectation") }
      expectsContinue = true
    case 14 where HeaderName.equals(name, "content-length"):
      // Digits only, and no more than an `Int` holds.
      guard contentLength == nil, let number: Int = PeerNumber(digits: value.utf8)?.within(0...Int.max - 1) else {
        throw .bad("Content-Length is not one number")
      }
      contentLength = number
    default: return
    }
  }

  /// Methods that are not for a gateway.
  package static func check(method: String) throws(RequestFault) {
    if method == "CONNECT" { throw RequestFault(405, "this is no tunnel") }
    // Its answer is the request as it was forwarded, with headers that the client is not to see.
    if method == "TRACE" { throw RequestFault(405, "TRACE is not answered") }
  }

  /// No space, control character or fragment. Of bytes and nothing else: as a generic function of another module it would
  /// be three calls for each byte.
  package static func check(target: UnsafeBufferPointer<UInt8>) throws(RequestFault) {
    guard isTarget(target) else { throw .bad("the request target has a forbidden character") }
  }

  package static func check(target: String) throws(RequestFault) {
    var target = target
    guard target.withUTF8(isTarget) else { throw .bad("the request target has a forbidden character") }
  }

  private static func isTarget(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "#") }
  }
}
