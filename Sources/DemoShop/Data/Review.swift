import JSONText

/// What a customer says of a product.
struct Review: Sendable {
  let id: String
  /// 1 to 5.
  let rating: Int
  let title: String
  let text: String
  let author: String
  let writtenAt: String

  /// Newest first; up to twelve. Some products have none, featured ones do.
  static func all(of product: Product, seed: UInt64) -> [Review] {
    var generator = Generator(seed: seed, "reviews", Int(product.sku.dropFirst()) ?? 0)
    let count = product.sku == Product.sku(1) ? 7 : generator.int((product.featured ? 1 : 0)...12)
    var minutesAgo = 0
    return (0..<count).map { number in
      let rating = max(generator.int(1...5), generator.int(1...5))
      let verdict = Vocabulary.verdicts[rating - 1]
      minutesAgo += generator.int(60...40_000)
      return Review(
        id: "\(product.sku)-R\(count - number)", rating: rating, title: verdict.title, text: verdict.text,
        author: generator.pick(Vocabulary.givenNames), writtenAt: DateText.before(minutes: minutesAgo))
    }
  }

  var json: JSONValue {
    [
      "id": .string(id),
      "rating": .number(rating),
      "title": .string(title),
      "text": .string(text),
      "author": .string(author),
      "writtenAt": .string(writtenAt),
    ]
  }
}
