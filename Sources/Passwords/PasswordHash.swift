import CCrypt
import Glibc
import Hashing

/// The hash of a password as crypt(5) writes it, of a kind and a cost that are taken: bcrypt, SHA-512-crypt or yescrypt. A
/// value; it stands in no message.
package struct PasswordHash: Hashable, Sendable {
  /// The longest password, in UTF-8 bytes. SHA-512-crypt costs more with each.
  package static let longestPassword = 128
  /// Of bcrypt, as a power of two: 1.5 s.
  package static let mostCost = 14
  /// Of SHA-512-crypt: 0.6 s, and twice that with the longest password.
  package static let mostRounds = 1_000_000
  /// Of yescrypt, in bytes: 0.2 s.
  package static let mostMemory = 64 * 1024 * 1024

  package let text: String

  package init(_ text: String) throws(PasswordHashFault) {
    // Others may pass for these where texts are compared.
    guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else { throw .weak(nil) }
    switch text {
    case _ where ["$2a$", "$2b$", "$2y$"].contains(where: text.hasPrefix): try Self.checkBcrypt(text)
    case _ where text.hasPrefix("$6$"): try Self.checkSHA512(text)
    case _ where text.hasPrefix("$y$"): try Self.checkYescrypt(text)
    default: throw .weak(Self.kind(of: text))
    }
    self.text = text
  }

  /// Hashes a password, which takes as long for a wrong one: milliseconds to a second, and up to `mostMemory`. Blocks.
  package func matches(_ password: String) -> Bool {
    guard password.utf8.count <= Self.longestPassword, !password.utf8.contains(0) else { return false }
    let size = Int(clamping: weft_crypt_size)
    return withUnsafeTemporaryAllocation(byteCount: size, alignment: MemoryLayout<Int>.alignment) { data in
      data.initializeMemory(as: UInt8.self, repeating: 0)
      defer { if let start = data.baseAddress { explicit_bzero(start, size) } }
      guard let found = crypt_rn(password, text, data.baseAddress, weft_crypt_size) else { return false }
      return Hash256(of: String(cString: found)) == Hash256(of: text)
    }
  }

  // MARK: Kinds that are taken

  private static func checkBcrypt(_ text: String) throws(PasswordHashFault) {
    // The last digit of the salt has two bits.
    let form = #/\$2[aby]\$([0-9]{2})\$[.\/A-Za-z0-9]{21}[.Oeu][.\/A-Za-z0-9]{31}/#
    guard let cost = text.wholeMatch(of: form).flatMap({ Int($0.1) }), cost >= 4 else { throw .broken("bcrypt") }
    guard cost <= mostCost else { throw .costly("bcrypt with a cost of \(cost)", most: "\(mostCost)") }
  }

  private static func checkSHA512(_ text: String) throws(PasswordHashFault) {
    let form = #/\$6\$(?:rounds=([1-9][0-9]{3,8})\$)?[.\/A-Za-z0-9]{1,16}\$[.\/A-Za-z0-9]{86}/#
    guard let match = text.wholeMatch(of: form) else { throw .broken("SHA-512-crypt") }
    guard let rounds = match.1.flatMap({ Int($0) }) else { return }
    guard rounds <= mostRounds else { throw .costly("SHA-512-crypt with \(rounds) rounds", most: "\(mostRounds)") }
  }

  /// The parameters are those that `mkpasswd` writes: the flavour, log2 of N less 1, and r less 1; others may multiply time.
  private static func checkYescrypt(_ text: String) throws(PasswordHashFault) {
    let form = #/\$y\$([.\/A-Za-z0-9]+)\$[.\/A-Za-z0-9]{1,86}\$[.\/A-Za-z0-9]{43}/#
    guard let parameters = text.wholeMatch(of: form)?.1.utf8.map(digit) else { throw .broken("yescrypt") }
    let most = "\(mostMemory >> 20) MiB, which are those of a cost of 7"
    // Of the flavour `j`; a digit from 48 on has others behind it.
    guard parameters.count == 3, parameters[0] == 47, parameters[1] < 24, parameters[2] < 48 else {
      throw .costly("yescrypt with such parameters", most: most)
    }
    let memory = 128 * (parameters[2] + 1) << (parameters[1] + 1)
    guard memory <= mostMemory else { throw .costly("yescrypt with \(memory >> 20) MiB", most: most) }
  }

  /// Of crypt's own Base64; of what the forms let through.
  private static func digit(_ character: UInt8) -> Int {
    switch character {
    case 0x61...: Int(truncatingIfNeeded: character) - 0x61 + 38
    case 0x41...: Int(truncatingIfNeeded: character) - 0x41 + 12
    default: Int(truncatingIfNeeded: character) - 0x2E
    }
  }

  // MARK: Kinds that are not

  /// The name of a kind that is not taken; `nil`: it looks like none, and may be the password itself.
  private static func kind(of text: String) -> String? {
    let kinds = [
      "$apr1$": "Apache's MD5", "$1$": "MD5", "$md5": "MD5", "$sha1$": "SHA-1", "$5$": "SHA-256-crypt",
      "$7$": "scrypt", "$gy$": "gost-yescrypt", "$sm3": "SM3", "$2x$": "a broken bcrypt", "$2$": "an old bcrypt",
      "$3$": "NTLM", "$argon2": "Argon2", "{SHA}": "SHA-1 alone", "{SSHA}": "SHA-1 alone", "{SHA256}": "SHA-256 alone",
      "{SHA512}": "SHA-512 alone", "{PLAIN}": "no hash",
    ]
    if let kind = kinds.first(where: { text.hasPrefix($0.key) }) { return kind.value }
    return text.wholeMatch(of: #/[.\/A-Za-z0-9]{13}/#) == nil ? nil : "DES"
  }
}

/// Why a hash is not taken. A value; what it says shows nothing of the hash.
package enum PasswordHashFault: Error, Equatable, Sendable {
  /// It begins like one of this kind, and is not whole.
  case broken(String)
  /// It would keep a processor busy for too long.
  case costly(String, most: String)
  /// A kind that is tried out too fast, or that libxcrypt does not do everywhere; `nil`: it is no hash.
  case weak(String?)

  /// A sentence's end, whose beginning is the password.
  package var words: String {
    switch self {
    case .broken(let kind): "begins like \(kind), and is not a whole hash"
    case .costly(let what, let most): "is \(what): one check would take too long, or too much memory; at most \(most)"
    case .weak("no hash"), .weak(nil): "is not hashed; bcrypt, SHA-512-crypt and yescrypt are taken"
    case .weak(let kind?): "is hashed by \(kind); bcrypt, SHA-512-crypt and yescrypt are taken"
    }
  }
}
