import Messages
import NIOCore

/// A finished answer, before the cache has decided about it.
package struct CacheDraft: Sendable {
  package var status: Int
  /// As they go to the client; the cache leaves out what may not be stored.
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
