import JSONText

/// A customer.
struct User: Sendable {
  /// The one whose records the documentation shows.
  static let known = 42

  let id: Int
  let name: String
  let email: String
  let country: String
  let tier: String
  /// 20 digits: more than a double or a 64-bit integer holds.
  let loyaltyNumber: String
  let storeCredit: Hundredths

  init(id: Int, seed: UInt64) {
    self.id = id
    guard id != User.known else {
      (name, email) = ("Mira Okafor", "mira.okafor@example.com")
      (country, tier) = ("SE", "gold")
      (loyaltyNumber, storeCredit) = ("12345678901234567890", Hundredths(1_10))
      return
    }
    var generator = Generator(seed: seed, "user", id)
    name = "\(generator.pick(Vocabulary.givenNames)) \(generator.pick(Vocabulary.familyNames))"
    email = "user\(id)@example.com"
    country = generator.pick(Vocabulary.countries)
    tier = generator.pick(Vocabulary.tiers)
    loyaltyNumber = generator.digits(20)
    storeCredit = Hundredths(generator.int(0...50_00))
  }

  var json: JSONValue {
    [
      "id": .number(id),
      "name": .string(name),
      "email": .string(email),
      "country": .string(country),
      "tier": .string(tier),
      "loyaltyNumber": .verbatim(loyaltyNumber),
      "storeCredit": .number(storeCredit),
    ]
  }
}
