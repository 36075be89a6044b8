import Front
import Messages

/// What `Range` asks for (RFC 9110 §14), of a body of a known length. A value.
enum ByteRange: Equatable {
  /// All of it: nothing is asked for, nothing that is understood, or more than one part.
  case whole
  case part(Range<Int>)
  /// None of what is asked for is there.
  case none

  /// - Parameter length: of the body, in bytes.
  init(_ field: String?, length: Int) {
    self = .whole
    guard let field, let equals = field.firstIndex(of: "="), field[..<equals].lowercased() == "bytes" else { return }
    let spec = HeaderName.trimmed(field[field.index(after: equals)...])
    let ends = spec.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, !ends[1].utf8.contains(UInt8(ascii: ",")) else { return }
    guard let first = Self.number(ends[0]) else {
      guard ends[0].isEmpty, let last = Self.number(ends[1]) else { return }
      self = last == 0 || length == 0 ? .none : .part(max(0, length - last)..<length)
      return
    }
    let last = Self.number(ends[1]) ?? (ends[1].isEmpty ? Int.max - 1 : -1)
    guard last >= first else { return }
    self = first >= length ? .none : .part(first..<min(last + 1, length))
  }

  /// Of any size; what no file has comes out as the most that one can.
  private static func number(_ text: Substring) -> Int? {
    PeerNumber(digits: text.utf8)?.clamped(to: 0...Int.max - 1)
  }
}
