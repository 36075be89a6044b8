import Hashing
import Plans
import Testing
import Timing

@testable import Identity

@Suite struct APIKeyTableTests {
  @Test func aKeyIsFoundByItsHashAlone() throws {
    let new = NewKey()
    #expect(new.text.hasPrefix("weft_") && new.text.utf8.count == 69 && new.text != NewKey().text)
    let table = APIKeyTable([APIKeyEntry(id: "a", hashes: [new.sha256, NewKey().sha256])], provider: "p")
    #expect(table[Hash256(of: new.text)]?.identity.subject == "a")
    #expect(table[Hash256(of: new.text + "x")] == nil)
    #expect(table[Hash256(of: new.sha256)] == nil)
  }

  @Test func hashesAreOfSHA256() {
    #expect(Hash256(of: "foo").hex == "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")
    #expect(Hash256(hex: Hash256(of: "foo").hex.uppercased()).map { $0 == Hash256(of: "foo") } == true)
    for text in ["", "2c26", String(repeating: "g", count: 64), String(repeating: "0", count: 66)] {
      #expect(Hash256(hex: text) == nil)
    }
  }

  /// What stays in the process can't be looked up by a hash of the same text elsewhere.
  @Test func hashesOfTheProcessAreItsOwn() {
    func own(_ text: String) -> Hash256 {
      var digest = Digest.ofProcess()
      digest.update(text)
      return Hash256(digest)
    }
    #expect(own("foo") == own("foo") && own("foo") != own("fob") && own("foo") != Hash256(of: "foo"))
  }

  @Test func aKeyExpiresAtItsInstant() {
    var entry = APIKeyEntry(id: "a", hashes: [])
    entry.expires = 1000
    func isValid(_ milliseconds: Int64) -> Bool {
      let verdict = KnownKey(entry, provider: "p").verdict(at: WallTime(milliseconds: milliseconds))
      if case .verified = verdict { return true } else { return false }
    }
    #expect(isValid(999) && !isValid(1000))
    entry.isDisabled = true
    #expect(!isValid(0))
  }
}
