/// Which inputs of a request a route's templates read.
package struct RequestReads: Hashable, Sendable {
  /// Members of one input that are read.
  package enum Names: Hashable, Sendable {
    case some(Set<String>)
    /// The input is used as a whole, or by a computed name.
    case all

    package static let none = Names.some([])

    package var isEmpty: Bool { self == .none }

    package func contains(_ name: String) -> Bool {
      switch self {
      case .some(let names): names.contains(name)
      case .all: true
      }
    }

    package mutating func formUnion(_ other: Names) {
      guard case .some(let mine) = self, case .some(let theirs) = other else {
        self = .all
        return
      }
      self = .some(mine.union(theirs))
    }
  }

  package var path = Names.none
  package var query = Names.none
  package var queryList = Names.none
  /// Lower-case names. `forward` adds to them.
  package var headers = Names.none
  package var cookies = Names.none
  package var claims = Names.none
  package var client = Names.none
  /// The request's JSON body.
  package var body = false

  package init() {}
}
