/// Looks for a part in the UTF-8 of a text. A part that is valid UTF-8 is only found where a code point begins.
struct TextSearch {
  private let text: [UInt8]

  init(_ text: [UInt8]) {
    self.text = text
  }

  init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// The byte offset of the first occurrence.
  func first(_ part: [UInt8]) -> Int? {
    all(part, limit: 1).first
  }

  /// The byte offsets of occurrences that don't overlap, from left to right, at most `limit`. Knuth, Morris and Pratt:
  /// every byte of the text is looked at once, whatever the part is. An empty part is found at the beginning.
  func all(_ part: [UInt8], limit: Int) -> [Int] {
    guard limit > 0, !part.isEmpty else { return limit > 0 ? [0] : [] }
    let borders = TextSearch.borders(of: part)
    var places: [Int] = []
    var matched = 0
    for (offset, byte) in text.enumerated() {
      while matched > 0, part[matched] != byte { matched = borders[matched - 1] }
      if part[matched] == byte { matched += 1 }
      if matched == part.count {
        places.append(offset + 1 - matched)
        if places.count == limit { break }
        matched = 0
      }
    }
    return places
  }

  /// For each length, the longest proper beginning of the part that is also an end of that much of it.
  private static func borders(of part: [UInt8]) -> [Int] {
    var borders = [0]
    borders.reserveCapacity(part.count)
    var length = 0
    for byte in part.dropFirst() {
      while length > 0, part[length] != byte { length = borders[length - 1] }
      if part[length] == byte { length += 1 }
      borders.append(length)
    }
    return borders
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: text[range], as: UTF8.self)
  }

  var byteCount: Int { text.count }
}
