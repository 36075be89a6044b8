/// A text in which `*` stands for any run of characters, also none. A value.
package struct Wildcard: Sendable {
  /// As it was written.
  package let text: String
  /// What stands between the stars.
  private let parts: [[UInt8]]

  package init(_ text: String) {
    self.text = text
    parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
  }

  /// Tells whether all of `other` is of this form. Takes time by the product of their lengths at most.
  package func matches(_ other: some StringProtocol) -> Bool {
    let other = Array(other.utf8)
    guard parts.count > 1 else { return parts[0] == other }
    let (first, last) = (parts[0], parts[parts.count - 1])
    guard other.count >= first.count + last.count, other.starts(with: first),
      other.suffix(last.count).elementsEqual(last)
    else { return false }
    var rest = other[first.count..<(other.count - last.count)]
    for part in parts[1..<(parts.count - 1)] {
      guard let end = Self.end(of: part, in: rest) else { return false }
      rest = rest[end...]
    }
    return true
  }

  private static func end(of part: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
    if part.isEmpty { return text.startIndex }
    guard text.count >= part.count else { return nil }
    return (text.startIndex...(text.endIndex - part.count)).first { text[$0...].starts(with: part) }
      .map { $0 + part.count }
  }
}
