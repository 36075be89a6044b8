/// The pattern of a `like`, over UTF-8: `*` stands for any text, `?` for one code point, all else for itself.
struct Likeness {
  private let pattern: [UInt8]

  init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
  }

  /// Tells whether the whole text is like it; takes the bytes that are compared from `room`, and gives up where none are
  /// left. Only the last `*` is tried again, so each byte of the text is compared with one of each of the pattern's at
  /// most.
  func isMet(by text: [UInt8], room: inout Int) -> Bool {
    var (place, next) = (0, 0)
    /// Behind the last `*`, and where the text that it stands for ends.
    var star: (next: Int, end: Int)?
    while place < text.count {
      room -= 1
      if room < 0 { return false }
      let wanted = next < pattern.count ? pattern[next] : nil
      if wanted == UInt8(ascii: "*") {
        next += 1
        star = (next, place)
      } else if wanted == UInt8(ascii: "?") {
        next += 1
        place = Self.end(ofCodePointAt: place, in: text)
      } else if wanted == text[place] {
        next += 1
        place += 1
      } else if let last = star {
        place = Self.end(ofCodePointAt: last.end, in: text)
        next = last.next
        star = (next, place)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  private static func end(ofCodePointAt place: Int, in text: [UInt8]) -> Int {
    var end = place + 1
    while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
    return end
  }
}
