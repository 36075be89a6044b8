import Front

/// Header fields that are between two neighbours only (RFC 9110 §7.6.1), and so are not passed on.
struct HopByHop {
  /// Lower-case names that `Connection` lists, without `close` and those that are left out always.
  private let named: Set<String>

  /// `connection`: the values of all `Connection` lines.
  init(connection: [String]) {
    named = Self.names(in: connection) { $0 }
  }

  /// A neighbour chooses how many there are: a few looks at each, which tests count in a `Name` of theirs.
  static func names<Name: Hashable>(in connection: [String], _ name: (String) -> Name) -> Set<Name> {
    var names: Set<Name> = []
    for line in connection {
      for element in HeaderName.elements(line) {
        let text = element.lowercased()
        if text != "close" && !isAlways(text) { names.insert(name(text)) }
      }
    }
    return names
  }

  func contains(_ name: String) -> Bool {
    var text = name
    return text.withUTF8 { contains($0) }
  }

  func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    if Self.isAlways(name) { return true }
    return !named.isEmpty && named.contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  private static func isAlways(_ name: String) -> Bool {
    var text = name
    return text.withUTF8 { isAlways($0) }
  }

  private static func isAlways(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    switch name.count {
    case 2 where HeaderName.equals(name, "te"): true
    case 7 where HeaderName.equals(name, "trailer") || HeaderName.equals(name, "upgrade"): true
    case 10 where HeaderName.equals(name, "connection") || HeaderName.equals(name, "keep-alive"): true
    case 17 where HeaderName.equals(name, "transfer-encoding"): true
    case 6...: HeaderName.equals(UnsafeBufferPointer(rebasing: name[..<6]), "proxy-")
    default: false
    }
  }
}
