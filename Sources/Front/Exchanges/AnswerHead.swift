import Messages
import NIOCore

/// The head of an answer, as all protocols have it, but for the fields that are this answer's own. A value.
package struct AnswerHead {
  package var status: Int
  /// Fields before the answer's own, which other answers have, too.
  package var prepared: PreparedFields?
  /// Of `prepared` only those of a 304.
  package var isNotModified = false
  /// The first of the answer's own `Date` fields goes out instead of the sink's.
  package var hasDate = false
  /// It tells of a problem, in whatever shape: what its body is, it says itself.
  package var isProblem = false
  /// The route's `responseHeaders` are among its fields.
  package var hasRouteHeaders = false
  /// No `X-Request-Id` goes out.
  package var leavesOutRequestID = false
  /// What the stages that the answer passes do to its fields.
  package var changes = FieldChanges()

  package init(status: Int) {
    self.status = status
  }

  /// What is said of a body of so many bytes; `nil`: nothing, and nothing of it is sent. A 205 says that it has none
  /// (RFC 9110 §15.3.6).
  package func contentLength(_ bytes: Int) -> Int? {
    guard Self.hasBody(status) else { return nil }
    return status == 205 ? 0 : bytes
  }

  package static func hasBody(_ status: Int) -> Bool {
    status >= 200 && status != 204 && status != 304
  }
}

/// What is done to the fields of a head. A value; empty unless somebody asks for something.
package struct FieldChanges: Equatable {
  /// Lower-case names that are left out, also from trailers; those that end in `*` stand for all that begin so.
  package private(set) var removed: [String] = []
  package private(set) var added: [HeaderField] = []

  package init() {}

  package var isEmpty: Bool { removed.isEmpty && added.isEmpty }

  /// In place of all of that name.
  package mutating func set(_ name: String, _ value: String) {
    remove(name)
    add(name, value)
  }

  /// Beside those of that name.
  package mutating func add(_ name: String, _ value: String) {
    added.append(HeaderField(name, value))
  }

  /// - Parameter name: `access-control-*` is all that begins so.
  package mutating func remove(_ name: String) { drop(name.lowercased()) }

  private mutating func drop(_ name: String) {
    added.removeAll { Self.covers(name, $0) }
    if !removed.contains(name) { removed.append(name) }
  }

  private static func covers(_ removed: String, _ field: HeaderField) -> Bool {
    var name = field.name
    return name.withUTF8 { covers(removed, $0) }
  }

  @inlinable
  package static func covers(_ removed: String, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard removed.utf8.last == UInt8(ascii: "*") else { return HeaderName.equals(name, lowercase: removed) }
    let prefix = removed.utf8.dropLast()
    return name.count >= prefix.count && zip(name, prefix).allSatisfy { HeaderName.lower($0) == $1 }
  }

  /// Asks for what `other` does, too, after it.
  package mutating func add(_ other: FieldChanges) {
    if isEmpty {
      self = other
      return
    }
    for name in other.removed { drop(name) }
    added += other.added
  }

  /// None of these fields is left out.
  package func keepAll(_ fields: [HeaderField]) -> Bool {
    removed.isEmpty || !fields.contains { field in removed.contains { Self.covers($0, field) } }
  }

  @inlinable
  package func keeps(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    removed.isEmpty || !removed.contains { Self.covers($0, name) }
  }
}

/// The body of an answer that is there as a whole.
package enum AnswerBody {
  case bytes([UInt8])
  case buffer(ByteBuffer)

  package var count: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .buffer(let buffer): buffer.readableBytes
    }
  }
}
