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
    if let known = Product.known(number) {
      self = known
      return
    }
    var generator = Generator(seed: seed, "product", number)
    let kind = generator.pick(Vocabulary.kinds)
    let material = generator.pick(Vocabulary.materials)
    sku = Product.sku(number)
    name = "\(material) \(kind.noun)"
    category = kind.category
    description = "\(generator.pick(Vocabulary.praises)) \(kind.noun.lowercased()) in \(material.lowercased())."
    listPrice = Hundredths(generator.int(4...240) * 100 + generator.pick([0, 49, 50, 90, 95, 99]))
    let reduction = generator.chance(30) ? generator.int(1...30) : 0
    price = Hundredths(listPrice.count - reduction * listPrice.count / 100)
    weight = Hundredths(generator.int(8...950))
    ean = generator.digits(13)
    featured = generator.chance(4)
    attributes = #"{"colour":"\#(generator.pick(Vocabulary.colours))","material":"\#(material)"}"#
  }

  private init(
    _ number: Int, _ name: String, category: String, description: String, price: Int, listPrice: Int, weight: Int,
    ean: String, attributes: String
  ) {
    sku = Product.sku(number)
    self.name = name
    self.category = category
    self.description = description
    self.price = Hundredths(price)
    self.listPrice = Hundredths(listPrice)
    self.weight = Hundredths(weight)
    self.ean = ean
    featured = true
    self.attributes = attributes
  }

  /// The first three, the same for every seed: the documentation shows them.
  private static func known(_ number: Int) -> Product? {
    switch number {
    case 1:
      Product(
        1, "Oak Desk Lamp", category: "lighting", description: "A handsome desk lamp in oak.", price: 99_50,
        listPrice: 129_99, weight: 1_10, ean: "4983741449610", attributes: oddAttributes)
    case 2:
      Product(
        2, "Linen Notebook", category: "desk", description: "An everyday notebook, bound in linen.", price: 24_50,
        listPrice: 24_50, weight: 35, ean: "4727996468767", attributes: #"{"colour":"natural","pages":192}"#)
    case 3:
      Product(
        3, "Paper Clips, Box of 100", category: "desk", description: "Quietly good.", price: 1_10, listPrice: 1_10,
        weight: 12, ean: "9042082080109", attributes: #"{"colour":"white","count":100}"#)
    default: nil
    }
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
