/// Why a key can't be used, or a text holds no keys. A value; holds nothing of the key.
package struct KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// A sentence's end, whose beginning is the key or the file that holds it.
  package let description: String

  init(_ description: String) {
    self.description = description
  }

  /// - Parameter place: where in its text the key is: `key 2 (kid "a")`.
  func at(_ place: String) -> KeyFault { KeyFault("\(place) \(description)") }
}
