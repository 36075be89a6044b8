import Foundation

/// A form as a request's body, `application/x-www-form-urlencoded`, with `%20` for a space.
package enum FormEncoding {
  package static let contentType = "application/x-www-form-urlencoded"

  /// - Parameter fields: names, which need no encoding, and values.
  package static func body(_ fields: [(name: String, value: String)]) -> [UInt8] {
    Array(fields.map { "\($0.name)=\(value($0.value))" }.joined(separator: "&").utf8)
  }

  private static func value(_ text: String) -> String {
    var text = text
    var bytes: [UInt8] = []
    text.withUTF8 { PercentEncoding.appendValue(UnsafeRawBufferPointer($0), to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// How a client of an authorization server shows who it is: a value of `Authorization` (RFC 6749 §2.3.1).
  package static func basic(clientID: String, secret: Secret<String>) -> String {
    "Basic " + Data("\(value(clientID)):\(value(secret.revealed))".utf8).base64EncodedString()
  }
}
