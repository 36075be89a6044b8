import Testing

@testable import Caching

struct XXH64Tests {
  private func hash(_ text: String, seed: UInt64 = 0) -> UInt64 {
    Array(text.utf8).withUnsafeBytes { XXH64.hash($0, seed: seed) }
  }

  /// Values of the reference implementation.
  @Test(arguments: [
    ("", 0 as UInt64, 0xEF46_DB37_51D8_E999 as UInt64),
    ("a", 0, 0xD24E_C4F1_A98C_6E5B),
    ("abc", 0, 0x44BC_2CF5_AD77_0999),
    ("123456789", 0, 0x8CB8_41DB_40E6_AE83),
    ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
  ])
  func agreesWithTheReference(_ text: String, _ seed: UInt64, _ expected: UInt64) {
    #expect(hash(text, seed: seed) == expected)
  }

  @Test func dependsOnTheSeed() {
    #expect(hash("abc", seed: 1) != hash("abc"))
  }
}
