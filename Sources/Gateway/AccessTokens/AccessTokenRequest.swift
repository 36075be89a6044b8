import Foundation
import Messages
import Plans

extension OAuth2Plan {
  /// Makes the request for a token (RFC 6749 §4.4.2). It may be sent again: another token does no harm.
  func request(to target: String) -> CallRequest {
    var fields = [("grant_type", "client_credentials")]
    if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: " "))) }
    if let audience { fields.append(("audience", audience)) }
    var headers = [HeaderField("Content-Type", "application/x-www-form-urlencoded")]
    switch authentication {
    case .basic:
      let credentials = "\(Self.formText(clientID)):\(Self.formText(clientSecret.revealed))"
      headers.append(HeaderField("Authorization", "Basic " + Data(credentials.utf8).base64EncodedString()))
    case .body: fields += [("client_id", clientID), ("client_secret", clientSecret.revealed)]
    }
    let form = fields.map { "\($0)=\(Self.formText($1))" }.joined(separator: "&")
    var request = CallRequest(
      backend: 0, method: "POST", target: target, headers: headers, body: Array(form.utf8))
    request.onlyReads = true
    request.isRepeatable = true
    return request
  }

  /// As forms have it (RFC 6749 appendix B), names and secrets of Basic as well (§2.3.1).
  private static func formText(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        bytes.append(byte)
      case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
      default:
        bytes.append(UInt8(ascii: "%"))
        bytes += withUnsafeBytes(of: byte) { Hexadecimal.text($0) }.uppercased().utf8
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
