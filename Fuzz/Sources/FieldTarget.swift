import Messages
import NIOCore
import Timing

@testable import Caching

/// Values of header fields that numbers and times are read from: name, NUL, value, NUL, and so on.
enum FieldTarget {
  static func run(_ bytes: [UInt8]) {
    let texts = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    for text in texts { check(text) }
    var fields = ["cache-control", "expires", "date", "age"].enumerated().compactMap { index, name in
      texts.indices.contains(index) ? HeaderField(name, texts[index]) : nil
    }
    for pair in zip(texts, texts.dropFirst()) { fields.append(HeaderField(pair.0, pair.1)) }
    if let said = CacheDirectives(response: fields, at: WallTime(milliseconds: 1_800_000_000_000)) { check(said) }
    let kept = StorableHeaders.filter(fields)
    hold(StorableHeaders.filter(kept) == kept, "what may be stored may not")
  }

  private static func check(_ text: String) {
    check(CacheDirectives(text))
    if let number = PeerNumber(digits: text.utf8) {
      hold(number.within(0...Int64.max) != nil, "digits below zero")
      hold((5...9).contains(number.clamped(to: 5...9)), "out of its range")
    }
    if let seconds = HTTPTime.seconds(text) { hold(abs(seconds) < 1 << 40, "a date of \(seconds)") }
    let tag = EntityTag.text(of: ByteBuffer(string: text), headers: [HeaderField("content-type", text)])
    hold(EntityTag.isOne(tag) && EntityTagList.matches(tag, etag: tag), "a tag that is none")
    if EntityTag.isOne(text) { hold(EntityTagList.matches("W/\(text)", etag: text), "a tag that is not itself") }
    _ = EntityTagList.matches(text, etag: tag)
  }

  private static func check(_ directives: CacheDirectives) {
    let lifetime = CacheLifetime(ttl: .seconds(60), staleWhileRevalidate: .seconds(60), staleIfError: .seconds(60))
    let limited = directives.limiting(lifetime)
    hold(limited.ttl >= .zero && limited.ttl <= lifetime.ttl, "a lifetime of \(limited.ttl)")
    let said = CacheDirectives(directives.field)
    hold(said.allowedTtl == directives.allowedTtl, "said anew it is something else: \(directives.field)")
    for age in [Duration.zero, .seconds(1), .seconds(Int64.max)] {
      hold((directives.aged(by: age).allowedTtl ?? .zero) >= .zero, "a time below zero")
    }
  }
}
