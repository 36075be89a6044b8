import Messages
import NIOCore

/// Immutable: one answer, ready to be sent to anybody whose request has its key. Shared by all who serve it; the
/// body's bytes are never copied.
package final class CacheEntry: Sendable {
  package let times: CacheTimes
  package let status: Int
  /// The header lines, without what may not be stored and without what is made for each answer (`ETag`, `Age`,
  /// `Cache-Control`, …).
  package let headers: [HeaderField]
  package let body: ByteBuffer
  /// All fields that it goes out with, but for those of one answer: `ETag`, `Cache-Control` and `Vary` first, which a 304
  /// has, too.
  package let prepared: PreparedFields
  package let tags: [CacheTag]
  /// What its `Weft-Outcome` says.
  package let outcome: String?
  /// The tag by which it is purged with its whole route.
  package let route: CacheTag
  /// Strong, with its quotes.
  package let etag: String
  /// Some optional part of it failed.
  package let isPartial: Bool
  /// Made from what belongs to one user; no shared cache after this one may keep it.
  package let isPrivate: Bool
  /// The beginning of its fetch; it is void for every purge since.
  let began: Stamp
  /// What it takes in memory, about, in bytes; more once it is kept in a content coding, too.
  package var size: Int { ownSize + prepared.codedBytes }
  private let ownSize: Int

  init(
    times: CacheTimes, status: Int, headers: [HeaderField], body: ByteBuffer, tags: [CacheTag], route: CacheTag,
    etag: String? = nil, isPartial: Bool = false, isPrivate: Bool = false, isStored: Bool = true,
    began: Stamp = .unknown
  ) {
    self.times = times
    self.status = status
    self.headers = headers
    self.body = body
    self.tags = tags
    self.route = route
    let etag = etag ?? EntityTag.text(of: body, headers: headers)
    self.etag = etag
    self.isPartial = isPartial
    self.isPrivate = isPrivate
    outcome = headers.joined("weft-outcome")
    self.began = began
    prepared = Self.prepared(
      etag, isStored ? CacheControl.value(of: times, isPrivate: isPrivate) : CacheControl.notStored, headers)
    ownSize = CacheEntry.size(headers: headers, body: body, tags: tags)
  }

  /// Its fields where one that belongs to one client stands beside them: nobody is to keep that.
  package var preparedForOneClient: PreparedFields { Self.prepared(etag, CacheControl.ofOneClient, headers) }

  private static func prepared(_ etag: String, _ cacheControl: String, _ headers: [HeaderField]) -> PreparedFields {
    let vary = headers.filter { $0.isNamed("vary") }
    let validators = [HeaderField("ETag", etag), HeaderField("Cache-Control", cacheControl)] + vary
    return PreparedFields(validators + headers.filter { !$0.isNamed("vary") }, validators: validators.count)
  }

  /// Compares the beginnings of their fetches where both are known on Redis' clock, else when they were made.
  func isOlder(than other: CacheEntry) -> Bool {
    if began != .unknown, other.began != .unknown { return began < other.began }
    return times.created < other.times.created
  }

  /// The size of the objects around it: this one, its arrays, a slot and its place in the tables. Measured, rounded up.
  private static let overhead = 512

  private static func size(headers: [HeaderField], body: ByteBuffer, tags: [CacheTag]) -> Int {
    var size = overhead + body.storageCapacity + tags.count * 160
    for field in headers { size += 64 + 2 * (field.name.utf8.count + field.value.utf8.count) }
    return size
  }
}

/// A finished answer, before the cache has decided about it.
package struct CacheDraft: Sendable {
  package var status: Int
  /// The header lines as they go to the client; the cache leaves out what may not be stored.
  package var headers: [HeaderField]
  package var body: ByteBuffer
  package var tags: [CacheTag]
  package var isPartial: Bool
  package var isPrivate: Bool

  package init(
    status: Int, headers: [HeaderField], body: ByteBuffer, tags: [CacheTag] = [], isPartial: Bool = false,
    isPrivate: Bool = false
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.tags = tags
    self.isPartial = isPartial
    self.isPrivate = isPrivate
  }
}
