/// The values of `If-None-Match` and `If-Match` (RFC 9110 §13.1): whether the client means what is there, and what it
/// lists.
package enum EntityTagList {
  /// Tells whether `field` is `*` or lists a tag that equals `etag`. A list that is malformed matches nothing: then the
  /// client gets the whole answer to GET and HEAD.
  /// - Parameter strongly: no weak tag equals any (RFC 9110 §8.8.3.2); `etag` is a strong one.
  package static func matches(_ field: String, etag: String, strongly: Bool = false) -> Bool {
    if field == etag { return true }
    var field = field
    var etag = etag
    return field.withUTF8 { field in
      etag.withUTF8 { etag in matches(list: field, opaque: opaqueTag(of: etag), strongly) }
    }
  }

  /// The strong tags of a list, with their quotes; none of one that is malformed, or is `*`.
  package static func strongTags(_ field: String) -> [String] {
    var field = field
    return field.withUTF8 { list in
      var tags: [String] = []
      let isList = forEachTag(list) { tag, isWeak in
        if !isWeak { tags.append(String(decoding: tag, as: UTF8.self)) }
      }
      return isList ? tags : []
    }
  }

  private static func opaqueTag(of etag: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
    etag.starts(with: [0x57, 0x2F]) ? etag[2...] : etag[...]
  }

  private static func matches(
    list: UnsafeBufferPointer<UInt8>, opaque: Slice<UnsafeBufferPointer<UInt8>>, _ strongly: Bool
  ) -> Bool {
    if isStar(list) { return true }
    var found = false
    let isList = forEachTag(list) { tag, isWeak in
      if tag.elementsEqual(opaque) && !(isWeak && strongly) { found = true }
    }
    return isList && found
  }

  private static func isStar(_ list: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    skipSpace(list, &index)
    guard index < list.count, list[index] == 0x2A else { return false }
    index += 1
    skipSpace(list, &index)
    return index == list.count
  }

  /// False where it is no list of tags: what was shown of it counts for nothing.
  private static func forEachTag(
    _ list: UnsafeBufferPointer<UInt8>, _ body: (_ tag: Slice<UnsafeBufferPointer<UInt8>>, _ isWeak: Bool) -> Void
  ) -> Bool {
    var index = 0
    while true {
      // Empty elements are allowed in a received list (RFC 9110 §5.6.1.2).
      while index < list.count, list[index] == 0x2C || isSpace(list[index]) { index += 1 }
      guard index < list.count else { return true }
      let isWeak = list[index] == 0x57
      guard let tag = tag(list, &index) else { return false }
      body(tag, isWeak)
      skipSpace(list, &index)
      guard index == list.count || list[index] == 0x2C else { return false }
    }
  }

  /// One `entity-tag`, without a `W/` before it; `index` goes behind it.
  private static func tag(
    _ list: UnsafeBufferPointer<UInt8>, _ index: inout Int
  ) -> Slice<UnsafeBufferPointer<UInt8>>? {
    if index + 1 < list.count, list[index] == 0x57, list[index + 1] == 0x2F { index += 2 }
    guard index < list.count, list[index] == 0x22 else { return nil }
    let start = index
    index += 1
    while index < list.count, list[index] != 0x22 {
      // etagc: %x21, %x23-7E, obs-text.
      guard list[index] >= 0x21, list[index] != 0x7F else { return nil }
      index += 1
    }
    guard index < list.count else { return nil }
    index += 1
    return list[start..<index]
  }

  private static func skipSpace(_ list: UnsafeBufferPointer<UInt8>, _ index: inout Int) {
    while index < list.count, isSpace(list[index]) { index += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
