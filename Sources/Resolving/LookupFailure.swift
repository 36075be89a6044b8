/// Why a name has no addresses, in words for the log.
package struct LookupFailure: Error, Equatable, Sendable {
  package let reason: String

  package init(_ reason: String) {
    self.reason = reason
  }
}
