import Front
import Plans

/// The places of a request where a credential may be, in the order in which they are looked at. *Immutable.*
package struct CredentialPlaces: Sendable {
  private let places: [CredentialPlace]

  package init(_ places: [CredentialPlace]) {
    self.places = places
  }

  /// - Parameter fits: tells those apart that are for somebody else, by what they are and where.
  package func credential(
    of request: IncomingRequest, where fits: (String, CredentialPlace) -> Bool = { _, _ in true }
  ) -> Credential {
    var found: String?
    for place in places {
      var isTwice = false
      var isText = true
      request.forEachCredential(at: place) { value, isOpaque in
        guard fits(value, place) else { return }
        isTwice = isTwice || found != nil
        isText = isText && !isOpaque
        found = value
      }
      if isTwice { return .unusable("there are two credentials") }
      if !isText { return .unusable("the credential is no text") }
    }
    return found.map { .present($0) } ?? .absent
  }
}
