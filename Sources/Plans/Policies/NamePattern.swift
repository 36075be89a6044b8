import Messages

/// Alternative names of certificates (RFC 5280 §4.2.1.6) that are wanted: all of one kind. A value.
package struct NamePattern: Hashable, Sendable {
  /// As it stands before a name.
  package enum Kind: String, CaseIterable, Sendable {
    case dns = "DNS"
    case uri = "URI"
    case ip = "IP"
    case email
  }

  private enum Form: Hashable {
    /// In lower case; of an address, as it is written shortest.
    case exact(String)
    /// The rest behind `*`, with its dot.
    case below(String)
    case beginning(String)
  }

  package enum Fault: Error, Hashable {
    case kind(String)
    case form(Kind)
    case star
  }

  package let kind: Kind
  private let form: Form

  /// `DNS:*.internal.example`, or a name alone, whose kind is what it looks like.
  package init(_ text: String) throws(Fault) {
    let (kind, name) = try Self.split(text)
    self.kind = kind
    let lowered = name.lowercased()
    if kind == .ip {
      guard let address = IPAddress(name) else { throw .form(.ip) }
      form = .exact(address.text)
    } else if kind == .dns, lowered.hasPrefix("*.") {
      form = .below(String(lowered.dropFirst()))
    } else if lowered.hasSuffix("*") {
      form = .beginning(String(lowered.dropLast()))
    } else {
      form = .exact(lowered)
    }
    guard fixed.utf8.firstIndex(of: UInt8(ascii: "*")) == nil else { throw .star }
    guard isOfKind else { throw .form(kind) }
  }

  /// - Parameter name: of a certificate, with its kind: `DNS:a.test`.
  package func matches(_ name: String) -> Bool {
    guard let colon = name.utf8.firstIndex(of: UInt8(ascii: ":")), name[..<colon] == kind.rawValue else { return false }
    let bare = name[name.index(after: colon)...].lowercased()
    switch form {
    case .exact(let wanted): return kind == .ip ? IPAddress(bare)?.text == wanted : bare.utf8.elementsEqual(wanted.utf8)
    case .below(let rest):
      return bare.utf8.count > rest.utf8.count && bare.utf8.suffix(rest.utf8.count).elementsEqual(rest.utf8)
        && bare.utf8.first != UInt8(ascii: ".")
    case .beginning(let start): return bare.utf8.starts(with: start.utf8)
    }
  }

  private var fixed: String {
    switch form {
    case .exact(let text), .below(let text), .beginning(let text): text
    }
  }

  private static func split(_ text: String) throws(Fault) -> (kind: Kind, name: String) {
    if text == "*" { throw .star }
    if let colon = text.firstIndex(of: ":"), IPAddress(text) == nil {
      let word = text[..<colon]
      if let kind = Kind.allCases.first(where: { $0.rawValue.lowercased() == word.lowercased() }) {
        return (kind, String(text[text.index(after: colon)...]))
      }
      guard text[colon...].hasPrefix("://") || word.lowercased() == "urn" else { throw .kind(String(word)) }
      return (.uri, text)
    }
    // No host has a name of digits alone.
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }) {
      return (.ip, text)
    }
    if IPAddress(text) != nil { return (.ip, text) }
    return (text.contains("@") ? .email : .dns, text)
  }

  private var isOfKind: Bool {
    switch kind {
    case .ip: return true
    case .uri: return isBeginning || fixed.contains(":")
    case .email:
      let ats = fixed.count { $0 == "@" }
      return isBeginning ? ats <= 1 : ats == 1 && fixed.first != "@" && fixed.last != "@"
    case .dns:
      let labels = fixed.split(separator: ".", omittingEmptySubsequences: false)
      let isWhole = isBeginning || !labels.dropFirst(isBelow ? 1 : 0).contains { $0.isEmpty } && !fixed.isEmpty
      return isWhole && fixed.utf8.allSatisfy(Self.isOfName)
    }
  }

  private var isBeginning: Bool { if case .beginning = form { true } else { false } }

  private var isBelow: Bool { if case .below = form { true } else { false } }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
