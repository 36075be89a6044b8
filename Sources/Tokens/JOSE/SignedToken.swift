import JSONText
import Messages

/// A signed token in its compact form (RFC 7515 §7.1), taken apart. A value; nothing of it is believed yet.
struct SignedToken {
  /// The longest token, in bytes.
  static let longest = 16 * 1024

  let header: JOSEHeader
  let signature: [UInt8]
  private let bytes: [UInt8]
  private let dots: (Int, Int)

  init(_ bytes: [UInt8]) throws(TokenFault) {
    guard bytes.count <= SignedToken.longest else { throw .tooLong }
    let dots = bytes.indices.filter { bytes[$0] == UInt8(ascii: ".") }
    guard dots.count == 2 else { throw .parts }
    guard let header = Base64.decode(url: bytes[..<dots[0]]),
      let signature = Base64.decode(url: bytes[(dots[1] + 1)...])
    else { throw .base64 }
    self.header = try JOSEHeader(header)
    self.signature = signature
    self.bytes = bytes
    self.dots = (dots[0], dots[1])
  }

  /// What the signature is over.
  var signedBytes: ArraySlice<UInt8> { bytes[..<dots.1] }

  /// To be asked for once the signature has been verified.
  func claims() throws(TokenFault) -> JSONSlice {
    guard let payload = Base64.decode(url: bytes[(dots.0 + 1)..<dots.1]) else { throw .base64 }
    guard let claims = StrictJSON.object(payload) else { throw .claims }
    return claims
  }
}
