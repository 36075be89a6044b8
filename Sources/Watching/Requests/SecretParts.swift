import Plans

/// Which parts of a request are not shown: what is named as secrets are (`SecretName`), and what a definition says beside. A
/// value.
package struct SecretParts: Sendable {
  /// Lower-case names of headers.
  private let headers: Set<String>
  /// Lower-case names of query parameters.
  private let query: Set<String>

  /// What stands in the place of a secret.
  static let mark = "REDACTED"

  /// - Parameters:
  ///   - headers: names beside those that always are secret; in any case.
  ///   - query: likewise.
  package init(headers: some Sequence<String> = [], query: some Sequence<String> = []) {
    self.headers = Set(headers.map { $0.lowercased() })
    self.query = Set(query.map { $0.lowercased() })
  }

  func hides(header name: String) -> Bool { headers.contains(name.lowercased()) || SecretName.isSecret(name) }

  private func hides(parameter name: String) -> Bool {
    query.contains(name.lowercased()) || SecretName.isSecret(parameter: name)
  }

  /// A query with the values of secrets replaced, as it came otherwise.
  package func query(_ text: String) -> String {
    text.split(separator: "&", omittingEmptySubsequences: false).map { pair in
      guard let equals = pair.firstIndex(of: "=") else { return String(pair) }
      let written = pair[..<equals]
      let whole = PercentDecoding.bytes(written).map { String(decoding: $0, as: UTF8.self) } ?? String(written)
      // `token[]` and `token[0]` are elements of a list in some backends' eyes.
      let isHidden = hides(parameter: String(whole.prefix { $0 != "[" })) || hides(parameter: whole)
      return isHidden ? "\(written)=\(Self.mark)" : String(pair)
    }.joined(separator: "&")
  }
}
