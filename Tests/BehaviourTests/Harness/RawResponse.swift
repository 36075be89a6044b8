/// An answer as it came over the wire.
struct RawResponse: Sendable {
  var head: MessageHead
  var body: [UInt8]
  /// Whether the body came to its announced end.
  var isComplete: Bool

  var status: Int { Int(head.startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
  var text: String { String(decoding: body, as: UTF8.self) }

  subscript(name: String) -> String? { head[name] }

  func json() throws -> JSONTree { try JSONTree(parsing: body) }
}

extension RawResponse: CustomStringConvertible {
  var description: String {
    let head = String(decoding: head.bytes, as: UTF8.self)
    return head + String(text.prefix(4000)) + (isComplete ? "" : "\n(broken off after \(body.count) bytes)")
  }
}
