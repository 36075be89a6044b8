import Plans

extension Key where Value == Int? {
  static var bodyLimit: Key {
    Key(
      "bodyLimit", .orNone(.bytes(0...(1 << 40))), default: "`limits.bodyBytes` where a definition reads the body",
      "The size of a request's body, announced or not: 413. It may be more than `limits.bodyBytes`, and then counts for "
        + "its route.", example: "64KiB")
  }
}
