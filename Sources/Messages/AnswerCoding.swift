/// A content coding that answers are put into (RFC 9110 §8.4.1, RFC 7932, RFC 8878).
package enum AnswerCoding: String, CaseIterable, Hashable, Sendable {
  case br, zstd, gzip

  /// The entity tag of an answer in this coding, of that which it has in none: another representation has another
  /// strong tag (RFC 9110 §8.8.3.3). A weak one is the same for both.
  package func tag(of etag: String) -> String {
    etag.hasPrefix("\"") && etag.hasSuffix("\"") && etag.utf8.count >= 2 ? "\(etag.dropLast())-\(rawValue)\"" : etag
  }
}
