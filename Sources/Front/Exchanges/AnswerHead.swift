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
  /// Lower-case names that are left out.
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

  package mutating func remove(_ name: String) {
    let name = name.lowercased()
    added.removeAll { $0.isNamed(lowercase: name) }
    if !removed.contains(name) { removed.append(name) }
  }

  @inlinable
  package func keeps(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    removed.isEmpty || !removed.contains { HeaderName.equals(name, lowercase: $0) }
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
