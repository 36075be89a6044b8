/// Which of several certificates is of a host (RFC 9525 §6.3): one with its name before one with a wildcard, which stands
/// for the first label and for all of it. A value.
package struct CertificateNames: Sendable {
  /// A name that two certificates have; clients get the first.
  package struct Shared: Hashable, Sendable {
    package let name: String
    package let first: Int
    package let second: Int
  }

  private var exact: [String: Int] = [:]
  /// By what follows `*.`.
  private var wildcards: [String: Int] = [:]
  package private(set) var shared: [Shared] = []

  /// - Parameter names: of each certificate, in their order.
  package init(_ names: [[String]]) {
    for (index, names) in names.enumerated() {
      for name in names { add(Self.normal(name), of: index) }
    }
  }

  private mutating func add(_ name: String, of index: Int) {
    let isWildcard = name.hasPrefix("*.")
    let key = isWildcard ? String(name.dropFirst(2)) : name
    guard let first = isWildcard ? wildcards[key] : exact[key] else {
      if isWildcard { wildcards[key] = index } else { exact[key] = index }
      return
    }
    if first != index { shared.append(Shared(name: name, first: first, second: index)) }
  }

  /// 0, the first, for a host that none is of.
  package func index(of host: String) -> Int {
    let host = Self.normal(host)
    if let index = exact[host] { return index }
    guard let dot = host.firstIndex(of: "."), dot != host.startIndex else { return 0 }
    return wildcards[String(host[host.index(after: dot)...])] ?? 0
  }

  /// In lower case and without the dot of the root.
  private static func normal(_ name: String) -> String {
    let name = name.lowercased()
    return name.hasSuffix(".") ? String(name.dropLast()) : name
  }
}
