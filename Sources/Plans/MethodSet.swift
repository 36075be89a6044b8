/// The request methods a route answers to.
package enum MethodSet: Hashable, Sendable, CustomStringConvertible {
  /// `ANY`: every method.
  case any
  /// Upper-case methods, in the order written (`GET|POST`).
  case only([String])

  package var description: String {
    switch self {
    case .any: "ANY"
    case .only(let methods): methods.joined(separator: "|")
    }
  }
}
