import Messages
import Plans

/// Which answers are compressed, and by what.
struct CompressKeys: KeySet {
  static let title = "Compress"
  static let noun = "`compress`"
  static let introduction = """
    Compresses answers for clients that take it. `compress: true` has all of it as it says here. See \
    [The edge](edge.md#compression).
    """

  let encodings = Key<[AnswerCoding]>(
    "encodings", .distinct(of: .choice(), isEmptyAllowed: false),
    default: "[\(Defaults.compress.encodings.map(\.rawValue).joined(separator: ", "))]",
    "The codings that there are. Of those that a client likes as well as each other, the first counts.",
    example: "[br, gzip]")
  let min = Key<Int>(
    "min", .bytes(0...(1 << 30)), default: Defaults.compress.min.bytesWritten,
    "A smaller body goes out as it is; one whose size is not known in advance is compressed.", example: "2KiB")
  let types = Key<[String]>(
    "types", .distinct(of: .mediaType(), isEmptyAllowed: false),
    default: "[\(MediaTypes.usual.map { "\"\($0)\"" }.joined(separator: ", "))]",
    "The media types, in which a `*` stands for any text. Replaces the list.",
    example: "[application/json, \"text/*\"]")

  static func decode(_ reader: MappingReader<CompressKeys>) -> CompressPlan? {
    var plan = CompressPlan()
    plan.encodings = reader[\.encodings] ?? plan.encodings
    plan.min = reader[\.min] ?? plan.min
    plan.types = reader[\.types].map { MediaTypes($0) } ?? plan.types
    return plan
  }
}

extension Key where Value == CompressPlan? {
  static var compress: Key {
    Key(
      "compress", .compress(), default: "none",
      "Compresses answers by gzip, brotli or Zstandard, as the client takes them.", example: "true")
  }
}

extension ValueType<CompressPlan?> {
  /// `true`, `false`, `none` or a mapping.
  fileprivate static func compress() -> ValueType {
    let table = ValueType<CompressPlan>.table(CompressKeys.self, CompressKeys.decode)
    let word = ValueType<Bool?>.orNone(.boolean())
    return ValueType(.either(word.shape, table.shape)) { node, loading in
      guard node.text != nil else { return table.read(node, loading) }
      return word.read(node, loading).map { $0 == true ? CompressPlan() : nil }
    }
  }
}

extension ValueType<String> {
  /// A media type in lower case, in which one `*` may stand for any text.
  fileprivate static func mediaType() -> ValueType {
    setting(.scalar("media type", .setting(Pattern.mediaType)), expected: "a media type such as `text/*`") {
      setting, loading in
      let text = setting.text.lowercased()
      if text.wholeMatch(of: /[a-z0-9!#$&^_.+*-]+\/[a-z0-9!#$&^_.+*-]+/) != nil, text.count(where: { $0 == "*" }) <= 1 {
        return text
      }
      loading.report(
        setting.node,
        "\(setting.shown) is not a media type; write `application/json`, `text/*` or `application/*+json`",
        hint: text.contains(";") ? "write it without parameters" : nil)
      return nil
    }
  }
}
