import Passwords
import Testing

@Suite struct PasswordHashTests {
  private static let good = [
    "$2y$05$abcdefghijklmnopqrstuuQbLfdQZSxZ9gjhA5V9o8Tyc6aQRO0Qi",
    "$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9oOi",
    "$6$rounds=1000$saltsalt$TPu4UqmyL5OVZGYM2Kk9GTRVrXLPxIJOBXlPlWA3JDTo9p7SPTrJE2SDVNbogN/WdkPbIQriAQFeTSYtjphWJ/",
    "$6$saltsalt$/dpv42BvGInVKxDULxBMfXE6CN.oHtXdmTeHWMcv5rsd81TjdKcroane5LphAqgVenp/4K1qV/7eYEdl4XS9O/",
    "$y$j75$saltsaltsaltsalt$g73EMpsSLy0jjNUW4Ubo7EnVgYMzrWKLXnht8D8Y/Y1",
    "$y$j9T$saltsaltsaltsalt$xi6Rd3w4DuY0KwKlMwQPNnKhaaKuDrd1I6WjQ9poyz0",
  ]

  @Test(arguments: good) func aPasswordIsKnownByItsHash(_ text: String) throws {
    let hash = try PasswordHash(text)
    #expect(hash.matches("opensesame"))
    for wrong in ["", "opensesamE", "opensesame ", "opensesam", "opensesame\u{0}", text] {
      #expect(!hash.matches(wrong), "\(wrong)")
    }
  }

  /// Of NIST's and crypt_blowfish's vectors.
  @Test(arguments: [
    ("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "U*U", true),
    // It is of the one byte of Latin-1: a password is UTF-8.
    ("$2y$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e", "\u{a3}", false),
    (
      "$6$rounds=1400$anotherlongsalts$POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1",
      "a very much longer text to encrypt.  This one even stretches over morethan one line.",
      true
    ),
  ])
  func vectors(_ text: String, _ password: String, _ matches: Bool) throws {
    #expect(try PasswordHash(text).matches(password) == matches)
  }

  /// bcrypt takes no more than 72 bytes of it, so that this one is the hash of all that are longer.
  @Test func thePasswordIsBounded() throws {
    let hash = try PasswordHash("$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i")
    let longest = String(repeating: "x", count: PasswordHash.longestPassword)
    #expect(hash.matches(longest) && !hash.matches(longest + "x"))
  }

  @Test(
    arguments: [
      ("secret", nil), ("", nil), ("{PLAIN}secret", "no hash"), ("$apr1$salt$abcdefghijklmnopqrstuv", "Apache's MD5"),
      ("$1$salt$abcdefghijklmnopqrstuv", "MD5"), ("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "SHA-1 alone"),
      ("$5$saltsalt$abc", "SHA-256-crypt"), ("$7$abc", "scrypt"), ("abcdefghijklm", "DES"),
      ("$2x$05$abcdefghijklmnopqrstuuQbLfdQZSxZ9gjhA5V9o8Tyc6aQRO0Qi", "a broken bcrypt"),
      ("$argon2id$v=19$m=65536,t=3,p=4$abc$def", "Argon2"), ("!\(good[0])", nil), ("*", nil),
      // KELVIN SIGN is a K where texts are compared.
      ("$2b$04$abcdefghijklmnopqrstuuFuhxWRTXIsURoluSTZ1N4tYaWGn9o\u{212A}i", nil),
    ] as [(String, String?)])
  func otherKindsAreNotTaken(_ text: String, _ kind: String?) {
    #expect(throws: PasswordHashFault.weak(kind)) { try PasswordHash(text) }
  }

  @Test(arguments: [
    ("$2y$05$abc", "bcrypt"), (good[0] + "x", "bcrypt"), (good[0].replacing("$05$", with: "$3$"), "bcrypt"),
    (good[0].replacing("$05$", with: "$03$"), "bcrypt"), (good[0].replacing("tuuQ", with: "tuvQ"), "bcrypt"),
    ("$6$saltsalt$", "SHA-512-crypt"), (good[2].replacing("1000", with: "999"), "SHA-512-crypt"),
    (good[2].replacing("1000", with: "01000"), "SHA-512-crypt"),
    (good[3].replacing("saltsalt", with: ""), "SHA-512-crypt"),
    ("$y$j9T$saltsalt", "yescrypt"), (good[4] + "x", "yescrypt"), ("$y$$salt$\(good[4].suffix(43))", "yescrypt"),
  ])
  func whatIsNotWhole(_ text: String, _ kind: String) {
    #expect(throws: PasswordHashFault.broken(kind)) { try PasswordHash(text) }
  }

  @Test(arguments: [
    (good[0].replacing("$05$", with: "$14$"), true), (good[0].replacing("$05$", with: "$15$"), false),
    (good[0].replacing("$05$", with: "$31$"), false), (good[0].replacing("$05$", with: "$99$"), false),
    (good[2].replacing("1000", with: "1000000"), true), (good[2].replacing("1000", with: "1000001"), false),
    (good[2].replacing("1000", with: "999999999"), false), (good[5].replacing("j9T", with: "jBT"), true),
    (good[5].replacing("j9T", with: "jCT"), false), (good[5].replacing("j9T", with: "jFT"), false),
    (good[5].replacing("j9T", with: "jjj"), false), (good[5].replacing("j9T", with: "jzz"), false),
    // Parameters that multiply time, or want a ROM.
    (good[5].replacing("j9T", with: "j9T0z"), false), (good[5].replacing("j9T", with: "/9T"), false),
  ])
  func whatCostsTooMuchIsNotTaken(_ text: String, _ isTaken: Bool) {
    var fault: PasswordHashFault?
    do throws(PasswordHashFault) { _ = try PasswordHash(text) } catch { fault = error }
    if isTaken {
      #expect(fault == nil)
    } else {
      #expect(fault?.words.contains("one check would take too long") == true)
    }
  }

  /// What is said of a hash shows nothing of it.
  @Test func wordsShowNothing() throws {
    for text in Self.good.map({ $0 + "x" }) + ["secret", "{SHA}secret", "$apr1$secret"] {
      let fault = try #require(throws: PasswordHashFault.self, "\(text)") { try PasswordHash(text) }
      #expect(!fault.words.contains("secret") && !fault.words.contains("salt"))
    }
  }
}
