import Front
import Messages
import Plans

/// What the fields of an answer say of compressing it. A value; looked through once.
struct AnswerFacts {
  /// In lower case, without parameters.
  private(set) var type: String?
  /// The one that goes out.
  private(set) var etag: String?
  /// Nobody else is to make another form of it: it has one, is a part, or its bytes are vouched for.
  private(set) var isFixed = false
  /// It says already that it is another for other codings.
  private(set) var varies = false

  init(_ head: AnswerHead, _ fields: some FieldSequence) {
    head.prepared?.fields.forEachField { if head.changes.keeps($0) { add($0, $1) } }
    fields.forEachField { if head.changes.keeps($0) { add($0, $1) } }
    head.changes.added.forEachField { add($0, $1) }
  }

  private mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    switch name.count {
    case 4 where HeaderName.equals(name, "etag"): etag = Self.text(value)
    case 4 where HeaderName.equals(name, "vary"):
      varies = varies || HeaderName.list(Self.text(value), has: "accept-encoding") || Self.text(value) == "*"
    case 6 where HeaderName.equals(name, "digest"): isFixed = true
    case 11 where HeaderName.equals(name, "content-md5") || HeaderName.equals(name, "repr-digest"): isFixed = true
    case 12 where HeaderName.equals(name, "content-type"):
      type = Self.text(value).split(separator: ";", maxSplits: 1).first.map { HeaderName.trimmed($0).lowercased() }
    case 13 where HeaderName.equals(name, "content-range"): isFixed = true
    case 13 where HeaderName.equals(name, "cache-control"):
      if HeaderName.list(Self.text(value), has: "no-transform") { isFixed = true }
    case 14 where HeaderName.equals(name, "content-digest"): isFixed = true
    case 16 where HeaderName.equals(name, "content-encoding"): isFixed = true
    default: break
    }
  }

  private static func text(_ value: UnsafeBufferPointer<UInt8>) -> String {
    String(HeaderName.trimmed(String(decoding: value, as: UTF8.self)))
  }

  /// Whether it could go out in a coding, if a client took it.
  func canBeCoded(_ types: MediaTypes) -> Bool {
    guard !isFixed, let type else { return false }
    // Its events are to come one by one, and it has no end.
    return type != "text/event-stream" && types.contain(type)
  }
}
