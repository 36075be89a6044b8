import JSONText
import Plans
import Timing

extension TokenRules {
  /// Looks at the registered claims (RFC 7519 §4.1).
  /// - Parameter issuer: counts where the definition names none.
  /// - Returns: from when on the claims do not hold any more; nil where they have no end.
  package func check(_ claims: JSONSlice, issuer: String?, at now: WallTime) throws(TokenFault) -> WallTime? {
    let issuers = self.issuers.isEmpty ? [issuer].compactMap(\.self) : self.issuers
    if !issuers.isEmpty {
      guard let issuer = claims[member: "iss"]?.string, issuers.contains(where: issuer.isSame(as:)) else {
        throw .issuer
      }
    }
    if !audiences.isEmpty {
      guard Self.texts(claims[member: "aud"]).contains(where: { text in audiences.contains { $0.isSame(as: text) } })
      else { throw .audience }
    }
    if let begin = try Self.date("nbf", of: claims), begin > now.advanced(by: leeway) { throw .early }
    if let issued = try Self.date("iat", of: claims), issued > now.advanced(by: leeway) { throw .future }
    guard let expiry = try Self.date("exp", of: claims) else {
      if requiresExpiry { throw .endless }
      return nil
    }
    let end = expiry.advanced(by: leeway)
    guard now < end else { throw .ended }
    return end
  }

  /// `aud` is a text or a list of texts.
  private static func texts(_ claim: JSONSlice?) -> [String] {
    guard let claim else { return [] }
    if let text = claim.string { return [text] }
    return claim.elements.compactMap(\.string)
  }

  /// NumericDate: seconds since 1970, with a fraction if it likes (RFC 7519 §2).
  private static func date(_ name: String, of claims: JSONSlice) throws(TokenFault) -> WallTime? {
    guard let claim = claims[member: name] else { return nil }
    guard let text = claim.numberText, let seconds = Double(text),
      let milliseconds = Int64(exactly: (seconds * 1000).rounded())
    else { throw .noDate(name) }
    return WallTime(milliseconds: milliseconds)
  }
}
