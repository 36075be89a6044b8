import Messages
import Plans

extension Key where Value == [AddressBlock]? {
  static var allow: Key {
    Key(
      "allow", .orNone(.addressBlocks()), default: "everyone",
      "Clients of these addresses may come in, and no others: 403. Together with `deny` the longest prefix decides. See "
        + "[The edge](edge.md#addresses).", example: "[10.0.0.0/8, 2001:db8::/32]")
  }

  static var deny: Key {
    Key(
      "deny", .orNone(.addressBlocks()), default: "nobody",
      "Clients of these addresses may not come in: 403. Of equal prefixes in `allow` and `deny`, this one counts.",
      example: "[10.9.0.0/16]")
  }
}

extension ValueType<[AddressBlock]> {
  fileprivate static func addressBlocks() -> ValueType {
    let list = ValueType<[String]>.distinct(of: .addressBlock(), isEmptyAllowed: false)
    return ValueType(list.shape) { list.read($0, $1)?.compactMap { AddressBlock($0) } }
  }
}
