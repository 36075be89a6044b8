import JSONText

/// A thing the shop sells.
struct Product: Sendable {
  let sku: String
  let name: String
  let category: String
  let description: String
  let price: Hundredths
  /// What it cost before; the same as `price` where it is not on sale.
  let listPrice: Hundredths
  /// Kilograms.
  let weight: Hundredths
  /// 13 digits.
  let ean: String
  let featured: Bool
  /// Members that differ from product to product, as JSON text.
  let attributes: String

  init(number: Int, seed: UInt64) {
    var generator = Generator(seed: seed, "product", number)
    let kind = generator.pick(Vocabulary.kinds)
    let material = generator.pick(Vocabulary.materials)
    sku = Product.sku(number)
    category = kind.category
    ean = generator.digits(13)
    weight = Hundredths(generator.int(8...950))
    let list = Hundredths(generator.int(4...240) * 100 + generator.pick([0, 49, 50, 90, 95, 99]))
    let onSale = generator.chance(30)
    let reduced = Hundredths(max(99, list.count - generator.int(1...30) * list.count / 100))
    description = "\(generator.pick(Vocabulary.praises)) \(kind.noun.lowercased()) in \(material.lowercased())."
    let colour = generator.pick(Vocabulary.colours)

    switch number {
    case 1:
      name = "Oak Desk Lamp"
      (price, listPrice) = (Hundredths(99_50), Hundredths(129_99))
      attributes = Product.oddAttributes
    case 2:
      name = "Linen Notebook"
      (price, listPrice) = (Hundredths(24_50), Hundredths(24_50))
      attributes = #"{"colour":"\#(colour)"}"#
    case 3:
      name = "Paper Clips, Box of 100"
      (price, listPrice) = (Hundredths(1_10), Hundredths(1_10))
      attributes = #"{"colour":"\#(colour)"}"#
    default:
      name = "\(material) \(kind.noun)"
      listPrice = list
      price = onSale ? reduced : list
      attributes = #"{"colour":"\#(colour)","material":"\#(material)"}"#
    }
    featured = number <= 3 || generator.chance(4)
  }

  /// `P1001` for the first product.
  static func sku(_ number: Int) -> String { "P\(1000 + number)" }

  /// Valid JSON that careless gateways change on its way through: numbers beyond a double, trailing zeros, escapes,
  /// empty containers, and an order of keys that is not alphabetical.
  static let oddAttributes =
    #"{"serial":12345678901234567890,"thickness":1.10,"lifetime":1e400,"motto":"caf\u00e9 \/ \ud83d\udca1","#
    + #""notes":[],"extra":{},"dimmable":true,"bulb":null}"#

  var json: JSONValue {
    [
      "sku": .string(sku),
      "name": .string(name),
      "category": .string(category),
      "description": .string(description),
      "price": .number(price),
      "listPrice": .number(listPrice),
      "currency": "EUR",
      "weightKg": .number(weight),
      "ean": .verbatim(ean),
      "attributes": .verbatim(attributes),
    ]
  }
}
