/// The codings of a response's `Content-Encoding` (RFC 9110 §8.4), in the order in which they were applied.
struct ContentCodings {
  /// The codings in a row at most; a body of more is not read.
  static let most = 4
  /// Bytes of a name that are told.
  private static let toldName = 32

  private(set) var applied: [ContentCoding] = []
  /// Why the body can't be read.
  private(set) var refusal: String?

  /// A field's value; further ones continue the list.
  mutating func add(_ value: Slice<UnsafeRawBufferPointer>) {
    for element in value.split(separator: UInt8(ascii: ",")) where refusal == nil {
      let name = AnnouncedBody.trimmed(element)
      if name.isEmpty || AnnouncedBody.equals(name, "identity") { continue }
      guard let coding = ContentCoding(name) else {
        refusal = "the answer's content coding is not known: \(Self.told(name))"
        return
      }
      guard applied.count < Self.most else {
        refusal = "the answer has more than \(Self.most) content codings"
        return
      }
      applied.append(coding)
    }
  }

  private static func told(_ name: Slice<UnsafeRawBufferPointer>) -> String {
    String(decoding: name.prefix(toldName).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
  }
}
