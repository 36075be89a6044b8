import Front
import JSONText

extension Verdict {
  /// About what it takes where it is kept, in bytes.
  var size: Int {
    switch self {
    case .verified(let identity): identity.size
    case .invalid(let why), .unknown(let why), .unavailable(let why): why.utf8.count
    case .refused(let answer, let why):
      answer.headers.reduce(answer.body.count + why.utf8.count) { sum, field in
        sum + field.name.utf8.count + field.value.utf8.count
      }
    }
  }
}

extension ClientIdentity {
  /// Of a text in a list, beside its bytes: it is there for stages and for expressions.
  private static let textOverhead = 64

  fileprivate var size: Int {
    let texts = groups + [provider, subject, plan].compactMap(\.self)
    let named = fields.members.reduce(claims?.size ?? 0) { $0 + Self.textOverhead + $1.name.utf8.count + $1.value.size }
    return texts.reduce(named) { $0 + Self.textOverhead + $1.utf8.count }
  }
}

extension JSONValue {
  fileprivate var size: Int {
    guard case .slice(let slice) = self else { return string?.utf8.count ?? 0 }
    return slice.byteCount + slice.nodeCount * JSONSlice.nodeSize
  }
}

extension JSONSlice {
  /// Of what a document knows of each value and name, in bytes.
  fileprivate static let nodeSize = 16

  /// Values and names, its own among them.
  fileprivate var nodeCount: Int {
    switch kind {
    case .array: elements.reduce(1) { $0 + $1.nodeCount }
    case .object: members.reduce(1) { $0 + 1 + $1.1.nodeCount }
    default: 1
    }
  }
}
