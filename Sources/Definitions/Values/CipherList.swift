import Plans

/// What a list of ciphers comes to in BoringSSL: it takes OpenSSL's syntax (ciphers(1)), has fewer ciphers, passes over
/// names that it does not know, and ends the process where nothing is left.
struct CipherList {
  struct Fault: Error {
    let message: String
    var hint: String?
  }

  private enum Rule {
    case add, delete, kill, reorder, special
  }

  /// Enabled ones, by their OpenSSL names.
  private(set) var names: [String] = []
  private var killed: Set<String> = []
  private var rest: Substring
  /// Equal preference, `[A|B]`: there and behind it, names can only be added.
  private var isInGroup = false
  private var hasGroup = false

  init(_ text: String) throws(Fault) {
    rest = text[...]
    if rest.hasPrefix("DEFAULT") {
      rest = rest.dropFirst(7)
      apply(.add, ["ALL"])
    }
    while let character = rest.first { try read(character) }
    if isInGroup { throw Fault(message: "`[` is not closed") }
    if names.isEmpty { throw Fault(message: "no cipher is left of it") }
  }

  var withoutForwardSecrecy: [String] { names.filter { CipherSuite.named($0)?.words.contains("kRSA") == true } }
  var inCBC: [String] { names.filter { CipherSuite.named($0)?.isCBC == true } }

  private mutating func read(_ character: Character) throws(Fault) {
    var rule = Rule.add
    switch character {
    case "]" where isInGroup: isInGroup = false
    case "|" where isInGroup: break
    case _ where isInGroup: return try word(.add)
    case ":", " ", ";", ",": break
    case "[": (isInGroup, hasGroup) = (true, true)
    case "-": rule = .delete
    case "+": rule = .reorder
    case "!": rule = .kill
    case "@": rule = .special
    default: return try word(.add)
    }
    rest = rest.dropFirst()
    if rule != .add { try word(rule) }
  }

  /// Words between `+` mean what all of them do.
  private mutating func word(_ rule: Rule) throws(Fault) {
    if hasGroup, rule != .add { throw Fault(message: "behind a group in `[ ]` names can only be added") }
    var words: [String] = []
    repeat {
      if !words.isEmpty { rest = rest.dropFirst() }
      let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
      if word.isEmpty { throw Fault(message: "a name is missing before `\(rest)`") }
      words.append(String(word))
      rest = rest.dropFirst(word.count)
    } while rest.first == "+" && rule != .special
    if rule == .special {
      guard words == ["STRENGTH"] else { throw Fault(message: "`@` is followed by `STRENGTH` alone") }
      rest = rest.drop { !":;, ".contains($0) }
      return
    }
    let isExact = words.count == 1 && CipherSuite.exactNames.contains(words[0])
    if !isExact, let unknown = words.first(where: { !CipherSuite.words.contains($0) }) {
      // What is not there can be forbidden: lists that were written for OpenSSL do.
      if rule == .kill { return }
      let known = CipherSuite.words.union(CipherSuite.exactNames)
      throw Fault(
        message: "BoringSSL has no `\(unknown)`" + (words.count > 1 ? " that could be combined with `+`" : ""),
        hint: Suggestion.hint(for: unknown, among: known.sorted()))
    }
    // Behind the name of a version, one of another, or of none, makes it mean nothing.
    let versions = words.map { ["SSLv3": 0, "TLSv1": 0, "TLSv1.2": 1][$0] }
    if zip(versions, versions.dropFirst()).contains(where: { $0 != nil && $0 != $1 }) { return }
    apply(rule, words)
  }

  private mutating func apply(_ rule: Rule, _ words: [String]) {
    for suite in CipherSuite.all where suite.matches(words, addsDeprecated: rule != .add) {
      switch rule {
      case .add: if !killed.contains(suite.name), !names.contains(suite.name) { names.append(suite.name) }
      case .delete: names.removeAll { $0 == suite.name }
      case .kill:
        names.removeAll { $0 == suite.name }
        killed.insert(suite.name)
      case .reorder, .special: break
      }
    }
  }
}

/// A cipher suite of TLS 1.2 that BoringSSL has and that certificates are used with.
struct CipherSuite {
  /// OpenSSL's.
  let name: String
  /// IANA's, which tells what is in it.
  let standardName: String
  /// That it is meant by, in BoringSSL's ssl_cipher.cc.
  let words: Set<String>

  private init(_ name: String, _ standardName: String) {
    self.name = name
    self.standardName = standardName
    var words: Set = ["ALL", "HIGH", "FIPS"]
    words.formUnion(
      standardName.contains("_ECDHE_") ? ["ECDHE", "kECDHE", "kEECDH", "EECDH", "ECDH"] : ["RSA", "kRSA"])
    words.formUnion(standardName.contains("_ECDSA_") ? ["ECDSA", "aECDSA"] : ["aRSA"])
    for (part, names) in [
      ("_AES_128_", ["AES", "AES128"]), ("_AES_256_", ["AES", "AES256"]), ("_GCM_", ["AESGCM"]),
      ("_CHACHA20_", ["CHACHA20"]), ("_3DES_", ["3DES"]),
    ] where standardName.contains(part) {
      words.formUnion(names)
    }
    words.formUnion(standardName.hasSuffix("_SHA") ? ["SHA", "SHA1", "SSLv3", "TLSv1"] : ["TLSv1.2"])
    self.words = words
  }

  var isCBC: Bool { standardName.contains("_CBC_") }

  /// Added only by its own name, or as `3DES`.
  private var isDeprecated: Bool { words.contains("3DES") || standardName.hasSuffix("_CBC_SHA256") }

  func matches(_ wanted: [String], addsDeprecated: Bool) -> Bool {
    if wanted == [name] || wanted == [standardName] { return true }
    return wanted.allSatisfy(words.contains) && (!isDeprecated || addsDeprecated || wanted.contains("3DES"))
  }

  static func named(_ name: String) -> CipherSuite? { all.first { $0.name == name } }

  static let all = [
    CipherSuite("ECDHE-ECDSA-AES128-GCM-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
    CipherSuite("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    CipherSuite("ECDHE-ECDSA-AES256-GCM-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    CipherSuite("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
    CipherSuite("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    CipherSuite("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
    CipherSuite("ECDHE-ECDSA-AES128-SHA", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"),
    CipherSuite("ECDHE-RSA-AES128-SHA", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    CipherSuite("ECDHE-ECDSA-AES256-SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"),
    CipherSuite("ECDHE-RSA-AES256-SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    CipherSuite("ECDHE-ECDSA-AES128-SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    CipherSuite("ECDHE-RSA-AES128-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"),
    CipherSuite("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256"),
    CipherSuite("AES256-GCM-SHA384", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
    CipherSuite("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
    CipherSuite("AES256-SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"),
    CipherSuite("DES-CBC3-SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"),
  ]

  /// Of ciphers alone, those that a list has no say in (TLS 1.3) or that need no certificate (PSK) included.
  static let exactNames: Set<String> = Set(all.flatMap { [$0.name, $0.standardName] }).union([
    "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "PSK-AES128-CBC-SHA",
    "PSK-AES256-CBC-SHA", "ECDHE-PSK-AES128-CBC-SHA", "ECDHE-PSK-AES256-CBC-SHA", "ECDHE-PSK-CHACHA20-POLY1305",
  ])

  /// Names of kinds of ciphers.
  static let words = all.reduce(into: Set(["PSK", "kPSK", "aPSK"])) { $0.formUnion($1.words) }
}
