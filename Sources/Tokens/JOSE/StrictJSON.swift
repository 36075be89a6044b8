import JSONText

/// JSON that two readers can't take for two things: members are unique, in objects within objects as well (RFC 7515 §4,
/// RFC 7519 §4).
package enum StrictJSON {
  private static let deepest = 32

  /// Returns nil for what is no such object.
  package static func object(_ bytes: consuming [UInt8]) -> JSONSlice? {
    let limits = JSONLimits(maxDepth: deepest)
    guard let root = try? JSONText(bytes, limits: limits).root, root.kind == .object, isUnique(root) else { return nil }
    return root
  }

  /// Whether no object in it, or within that, has a member twice. As deep as its text was let be.
  package static func isUnique(_ value: JSONSlice) -> Bool {
    switch value.kind {
    case .array:
      return value.elements.allSatisfy(isUnique)
    case .object:
      // By code points: two names that String takes for equal are two.
      var names: Set<JSONName> = []
      return value.members.allSatisfy { key, value in
        names.insert(JSONName(key.string ?? "")).inserted && isUnique(value)
      }
    default:
      return true
    }
  }
}

extension String {
  /// By code points, which `==` does not compare by.
  func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
