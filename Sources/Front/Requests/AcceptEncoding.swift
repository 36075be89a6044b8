import Messages

/// What a client says of content codings (RFC 9110 §12.5.3). A value.
package struct AcceptEncoding: Equatable {
  /// The one that it likes best; `nil`: none, or nothing better than none.
  package let coding: AnswerCoding?
  /// It does not take an answer as it is.
  package let refusesPlain: Bool

  /// - Parameters:
  ///   - lines: of the field; none says nothing, and then nothing is compressed.
  ///   - codings: that there are. Of those it likes as well as each other, the first counts.
  package init(_ lines: [String], among codings: [AnswerCoding]) {
    var weights: [AnswerCoding: Int] = [:]
    var (plain, others): (Int?, Int?) = (nil, nil)
    for element in lines.lazy.flatMap({ HeaderName.elements($0) }) {
      guard let (name, weight) = Self.element(element) else { continue }
      switch name {
      case "identity": plain = weight
      case "*": others = weight
      default: if let coding = AnswerCoding(rawValue: name == "x-gzip" ? "gzip" : name) { weights[coding] = weight }
      }
    }
    let best = codings.map { ($0, weights[$0] ?? others ?? 0) }.reduce(nil as (AnswerCoding, Int)?) { best, next in
      next.1 > best?.1 ?? 0 ? next : best
    }
    refusesPlain = (plain ?? others) == 0
    coding = best.flatMap { $0.1 >= plain ?? 0 ? $0.0 : nil }
  }

  /// A coding in lower case, and its weight in thousandths; `nil` where it is malformed, which says nothing.
  private static func element(_ element: Substring) -> (name: String, weight: Int)? {
    let parts = element.utf8.split(separator: UInt8(ascii: ";"), maxSplits: 1).map { HeaderName.trimmed(Substring($0)) }
    guard let name = parts.first?.lowercased() else { return nil }
    guard parts.count == 2 else { return (name, 1000) }
    return weight(parts[1].lowercased()).map { (name, $0) }
  }

  /// `q=0.125` as 125.
  private static func weight(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.starts(with: Array("q=".utf8)), bytes.count >= 3, bytes.count <= 7 else { return nil }
    let digits = bytes[2...].filter { $0 != UInt8(ascii: ".") }.map { Int(widening: $0) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }), bytes.count < 4 || bytes[3] == UInt8(ascii: "."),
      digits.count == max(1, bytes.count - 3)
    else { return nil }
    let weight = zip(digits, [1000, 100, 10, 1]).reduce(0) { $0 + $1.0 * $1.1 }
    return weight <= 1000 ? weight : nil
  }
}
