import Caching
import Logging
import Messages
import NIOCore
import NIOPosix
import Plans

/// What a hit from Redis costs this process, and how long it takes, at 64 at once on one loop. Wants a URL.
enum RedisPath {
  static func run(_ url: String) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    defer { try? group.syncShutdownGracefully() }
    let loops = Array(group.makeIterator())
    var settings = CacheSettings()
    settings.memoryBytes = 0
    settings.redis = try RedisURL(url).settings
    let cache = try CompositeCache(settings, loops: loops, logger: Logger(label: "bench"))
    cache.start()
    while cache.health != .connected { try loops[0].scheduleTask(in: .milliseconds(5)) {}.futureResult.wait() }
    let run = try loops[0].submit { NIOLoopBound(Run(cache, loops[0]), eventLoop: loops[0]) }.wait()
    for tags in [0, 2] {
      let result = try loops[0].flatSubmit { run.value.fill(tags: tags) }.wait()
      let cpu = Clock.processCPU
      let wall = Clock.wall
      var times = try loops[0].flatSubmit { run.value.start() }.wait()
      let count = Int64(times.count)
      times.sort()
      print(
        "hit from Redis, \(tags) tags, \(result) bytes:", "\((Clock.processCPU - cpu) / count) ns of CPU,",
        "\(count * 1_000_000_000 / (Clock.wall - wall)) a second, p50 \(times[times.count / 2] / 1000) µs,",
        "p99 \(times[times.count / 100 * 99] / 1000) µs;",
        "collapsed \(cache.counters[.collapsed]), misses \(cache.counters[.redisMisses]), timeouts \(cache.counters[.redisTimeouts])"
      )
    }
    cache.stop()
  }

  /// Confined to its loop.
  private final class Run {
    private let cache: CompositeCache
    private let loop: any EventLoop
    private let keys = (0..<1000).map { HotPath.key($0) }
    private var left = 0
    private var times: [Int64] = []
    private var done: EventLoopPromise<[Int64]>?

    init(_ cache: CompositeCache, _ loop: any EventLoop) {
      self.cache = cache
      self.loop = loop
    }

    private func request(_ key: CacheKey, isReload: Bool) -> CacheRequest {
      CacheRequest(
        key: key, route: CacheTag(route: "bench"), rules: CacheRules(CacheLifetime(ttl: .seconds(3600))),
        fetchTimeout: .seconds(5), isReload: isReload)
    }

    func fill(tags: Int) -> EventLoopFuture<Int> {

      let promise = self.loop.makePromise(of: Int.self)
      let body = ByteBuffer(repeating: 0x78, count: 3584)
      var left = keys.count
      for (number, key) in keys.enumerated() {
        cache.loop(0).resolve(request(key, isReload: true)) { answer in
          if case .fetch(let ticket) = answer {
            let tags = (0..<tags).map { CacheTag("tag:\(number / 10):\($0)") }
            _ = ticket.finish(
              CacheDraft(
                status: 200, headers: [HeaderField("Content-Type", "application/json")], body: body, tags: tags))
          }
          left -= 1
          // The stores are on their way; give them their time.
          if left == 0 { self.loop.scheduleTask(in: .milliseconds(500)) { promise.succeed(body.readableBytes) } }
        }
      }
      return promise.futureResult
    }

    func start() -> EventLoopFuture<[Int64]> {
      let promise = self.loop.makePromise(of: [Int64].self)
      done = promise
      left = 200_000
      times = []
      // Far apart, so that no two ask for the same key at once.
      for number in 0..<64 { next(number * 15) }
      return promise.futureResult
    }

    private func next(_ number: Int) {
      guard left > 0 else {
        if times.count >= 200_000, let done {
          self.done = nil
          done.succeed(times)
        }
        return
      }
      left -= 1
      let begin = Clock.wall
      cache.loop(0).resolve(request(keys[(number &* 7919) % 1000], isReload: false)) { answer in
        self.times.append(Clock.wall - begin)
        if case .fetch(let ticket) = answer { ticket.abandon() }
        self.next(number &+ 1)
      }
    }
  }
}
