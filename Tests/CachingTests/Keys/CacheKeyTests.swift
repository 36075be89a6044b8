import TestInputs
import Testing

@testable import Caching

struct CacheKeyTests {
  /// One input of a made-up request.
  private enum Input: Hashable {
    case text(CacheKeyBuilder.Kind, String, String?)
    case list(CacheKeyBuilder.Kind, String, [String])
    case bytes(CacheKeyBuilder.Kind, String, [UInt8])
  }

  private struct Request: Hashable {
    var route: String
    var fingerprint: String
    var inputs: [Input]

    var key: CacheKey {
      var builder = CacheKeyBuilder(route: route, fingerprint: fingerprint)
      for input in inputs {
        switch input {
        case .text(let kind, let name, let value): builder.add(kind, name, value)
        case .list(let kind, let name, let values): builder.add(kind, name, list: values)
        case .bytes(let kind, let name, let bytes): builder.add(kind, name, bytes: bytes)
        }
      }
      return builder.key()
    }
  }

  /// Few letters, many of them what an encoding might use, so that unequal requests look alike.
  private static func text(_ dice: inout Dice) -> String {
    let letters: [Character] = ["a", "\0", "\u{1}", "\u{2}", ":", "=", "&", "é"]
    return String((0..<Int.random(in: 0...3, using: &dice)).map { _ in letters.randomElement(using: &dice)! })
  }

  private static func request(_ dice: inout Dice) -> Request {
    let inputs = (0..<Int.random(in: 0...3, using: &dice)).map { _ -> Input in
      let kind: CacheKeyBuilder.Kind = [.query, .header, .queryList, .body].randomElement(using: &dice)!
      let name = text(&dice)
      switch Int.random(in: 0...3, using: &dice) {
      case 0: return .text(kind, name, nil)
      case 1: return .text(kind, name, text(&dice))
      case 2: return .list(kind, name, (0..<Int.random(in: 0...2, using: &dice)).map { _ in text(&dice) })
      default: return .bytes(kind, name, Array(text(&dice).utf8))
      }
    }
    return Request(route: text(&dice), fingerprint: text(&dice), inputs: inputs)
  }

  @Test func keysAreEqualExactlyWhereRequestsAre() {
    var dice = Dice(seed: 7)
    var seen: [CacheKey: Request] = [:]
    var repeats = 0
    for _ in 0..<60_000 {
      let request = Self.request(&dice)
      if let other = seen.updateValue(request, forKey: request.key) {
        #expect(other == request)
        repeats += 1
      }
    }
    // The property is worth something only if equal requests did come up.
    #expect(repeats > 100)
    #expect(Set(seen.values).count == seen.count)
  }

  @Test func absentIsNotEmpty() {
    var absent = CacheKeyBuilder(route: "r", fingerprint: "f")
    absent.add(.query, "a", nil)
    var empty = CacheKeyBuilder(route: "r", fingerprint: "f")
    empty.add(.query, "a", "")
    let nothing = CacheKeyBuilder(route: "r", fingerprint: "f")
    #expect(Set([absent.key(), empty.key(), nothing.key()]).count == 3)
  }

  @Test func aValueCanNotPassForTheNextRecord() {
    var two = CacheKeyBuilder(route: "r", fingerprint: "f")
    two.add(.query, "a", "b")
    two.add(.query, "c", "d")
    var one = CacheKeyBuilder(route: "r", fingerprint: "f")
    one.add(.query, "a", "b\u{2}\u{1}\0\0\0c\u{1}\u{1}\0\0\0d")
    #expect(one.key() != two.key())
  }

  /// SHA-256 of `01000000 01000000 "r" 01000000 "f" 02 01000000 "a" 01 01000000 "b"`: the encoding is the same on
  /// every machine of a fleet.
  @Test func encodingIsFixed() {
    var builder = CacheKeyBuilder(route: "r", fingerprint: "f")
    builder.add(.query, "a", "b")
    #expect(builder.key().hex == "d43e7e35dfa922469b42805a3459113461330fa8819820697de9fdc062c19e3d")
  }

  @Test func readsItsHexadecimalText() {
    let key = Sample.key(1)
    #expect(CacheKey(hex: key.hex) == key)
    #expect(CacheKey(hex: key.hex.uppercased()) == key)
    #expect(CacheKey(hex: String(key.hex.dropLast())) == nil)
    #expect(CacheKey(hex: key.hex + "00") == nil)
    #expect(CacheKey(hex: "g" + key.hex.dropFirst()) == nil)
    #expect(CacheKey(hex: "") == nil)
  }

  @Test func tagsOfDifferentSortsDiffer() {
    #expect(Set([CacheTag("a"), CacheTag(route: "a"), CacheTag(""), CacheTag.all]).count == 4)
    #expect(CacheTag(hex: CacheTag("user:42").hex.utf8) == CacheTag("user:42"))
    #expect(CacheTag(hex: "zz".utf8) == nil)
  }
}
