import Caching
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans

/// What a hit from memory costs, without the front.
enum HotPath {
  static func run() throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loops = Array(group.makeIterator())
    let cache = try CompositeCache(CacheSettings(), loops: loops, logger: Logger(label: "bench"))
    let body = ByteBuffer(repeating: 0x78, count: 3584)
    let keys = (0..<1000).map { key($0) }
    for key in keys { fill(cache, key, body, loops[0]) }
    let token = String(repeating: "t", count: 300)

    Clock.measure("key of a path, a query value and an absent header", 200_000) { number in
      _ = key(number)
    }
    Clock.measure("key of the same and a 300-byte token", 200_000) { number in
      var builder = builder(number)
      builder.add(.header, "authorization", token)
      _ = builder.key()
    }
    Clock.measure("hit from memory", 1_000_000) { number in
      _ = cache.hit(keys[number % 1000])
    }
    Clock.measure("hit with its key", 200_000) { number in
      _ = cache.hit(key(number % 1000))
    }
    let hit = cache.hit(keys[0])!
    var head = ByteBufferAllocator().buffer(capacity: 1024)
    Clock.measure("all fields of a hit's head", 200_000) { _ in
      head.clear()
      hit.entry.prepared.fields.forEachField { write($0, $1, to: &head) }
      hit.forEachField { write($0, $1, to: &head) }
    }
    Clock.measure("If-None-Match that is the tag", 1_000_000) { _ in
      _ = EntityTagList.matches(hit.entry.etag, etag: hit.entry.etag)
    }
  }

  private static func write(
    _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, to head: inout ByteBuffer
  ) {
    head.writeBytes(UnsafeRawBufferPointer(name))
    head.writeStaticString(": ")
    head.writeBytes(UnsafeRawBufferPointer(value))
    head.writeStaticString("\r\n")
  }

  private static func builder(_ number: Int) -> CacheKeyBuilder {
    var builder = CacheKeyBuilder(route: "mobile GET /mobile/dashboard/:userId", fingerprint: "0123456789abcdef")
    builder.add(.path, "userId", String(number))
    builder.add(.query, "lite", "true")
    builder.add(.header, "accept-language", nil)
    return builder
  }

  static func key(_ number: Int) -> CacheKey { builder(number).key() }

  private static func fill(_ cache: CompositeCache, _ key: CacheKey, _ body: ByteBuffer, _ loop: any EventLoop) {
    let request = CacheRequest(
      key: key, route: CacheTag(route: "bench"), rules: CacheRules(CacheLifetime(ttl: .seconds(3600))),
      fetchTimeout: .seconds(5))
    let headers = [HeaderField("Content-Type", "application/json")]
    try? loop.submit {
      cache.loop(0).resolve(request) { answer in
        if case .fetch(let ticket) = answer {
          _ = ticket.finish(CacheDraft(status: 200, headers: headers, body: body))
        }
      }
    }.wait()
  }
}
