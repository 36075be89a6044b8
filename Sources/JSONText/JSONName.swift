/// The name of a member, made ready for comparing: its UTF-8 is at hand without a copy.
public struct JSONName: Sendable, Hashable, ExpressibleByStringLiteral {
  /// The name.
  public let string: String
  let utf8: [UInt8]

  /// Keeps the string's UTF-8 beside it.
  public init(_ string: String) {
    self.string = string
    utf8 = Array(string.utf8)
  }

  /// A name known when the program is built.
  public init(stringLiteral value: String) {
    self.init(value)
  }

  /// Two names are the same where their code points are.
  public static func == (left: JSONName, right: JSONName) -> Bool { left.utf8 == right.utf8 }

  /// Hashes the code points.
  public func hash(into hasher: inout Hasher) { hasher.combine(utf8) }

  /// True where `other` has the same code points. Allocates nothing.
  @inline(__always)
  public func isSame(as other: String) -> Bool {
    let view = other.utf8
    guard view.count == utf8.count else { return false }
    return view.withContiguousStorageIfAvailable { other in
      utf8.withUnsafeBufferPointer { mine in
        for index in 0..<mine.count where mine[index] != other[index] { return false }
        return true
      }
    } ?? view.elementsEqual(utf8)
  }

  @inline(__always)
  func withUTF8<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
    utf8.withUnsafeBytes(body)
  }
}
