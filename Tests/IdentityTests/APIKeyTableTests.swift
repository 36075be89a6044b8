import Plans
import Testing
import Timing

@testable import Identity

@Suite struct APIKeyTableTests {
  @Test func aKeyIsFoundByItsHashAlone() throws {
    let new = NewKey()
    #expect(new.text.hasPrefix("weft_") && new.text.utf8.count == 69 && new.text != NewKey().text)
    let table = APIKeyTable([APIKeyEntry(id: "a", hashes: [new.sha256, NewKey().sha256])], provider: "p")
    #expect(table[KeyHash(of: new.text)]?.identity.subject == "a")
    #expect(table[KeyHash(of: new.text + "x")] == nil)
    #expect(table[KeyHash(of: new.sha256)] == nil)
  }

  @Test func hashesAreOfSHA256() {
    #expect(KeyHash(of: "foo").hex == "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")
    #expect(KeyHash(hex: KeyHash(of: "foo").hex.uppercased()).map { $0 == KeyHash(of: "foo") } == true)
    for text in ["", "2c26", String(repeating: "g", count: 64), String(repeating: "0", count: 66)] {
      #expect(KeyHash(hex: text) == nil)
    }
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
