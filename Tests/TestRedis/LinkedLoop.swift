import Locking
import Logging
import NIOCore
import NIOPosix
import Plans
import Redis

/// *Immutable.* A loop with a link to Redis of its own, as another process would have it.
package final class LinkedLoop: Sendable {
  package let loop: any EventLoop
  package let topology: RedisTopology
  package let link: LoopConfined<any RedisLink>
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  /// - Parameter change: of the settings, which are patient.
  package init(_ url: String, _ change: (inout RedisSettings) -> Void = { _ in }) throws {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let topology = try RedisTopology(.patient(url, change), logger: logger) { _ in }
    let loop = group.next()
    link = LoopConfined(topology.link(on: loop), to: loop)
    self.topology = topology
    self.loop = loop
  }

  /// Runs a test with loops that are stopped after it.
  package static func stopping(_ loops: [LinkedLoop], after body: () async throws -> Void) async throws {
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    for loop in loops { await loop.stop() }
    try result.get()
  }

  private func stop() async {
    link.execute { $0.stop() }
    try? await group.shutdownGracefully()
  }
}

extension RedisSettings {
  /// So patient that a busy machine is not taken for a failing Redis, but for what `change` says.
  package static func patient(
    _ url: String, _ change: (inout RedisSettings) -> Void = { _ in }
  ) throws -> RedisSettings {
    var settings = try RedisURL(url).settings
    settings.commandTimeout = .seconds(60)
    settings.connectTimeout = .seconds(60)
    settings.hangTimeout = .seconds(120)
    settings.heartbeat = .seconds(60)
    change(&settings)
    return settings
  }
}

/// *Guarded by its lock.*
private final class Given<Value: Sendable>: Sendable {
  let value = Locked<Value?>(nil)
}

/// Waits for what a call gives its completion, once, on any thread.
///
/// Handed over under a lock: the thread sanitizer does not see that a continuation hands anything over where it is resumed
/// before it is awaited.
package func completion<Value: Sendable>(
  of call: (@escaping @Sendable (Value) -> Void) -> Void
) async -> Value {
  let given = Given<Value>()
  await withCheckedContinuation { continuation in
    call { value in
      given.value.withLock { $0 = value }
      continuation.resume()
    }
  }
  return given.value.withLock { value in
    defer { value = nil }
    return value!
  }
}
