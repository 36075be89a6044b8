import Locking
import NIOCore
import NIOPosix
import Plans
import TestRedis

@testable import Redis

/// *Confined to its loop*, behind calls from anywhere. A link, and what it tells.
final class TestedLink: Sendable {
  /// *Guarded by its lock.*
  private final class Events: Sendable {
    let all = Locked<[RedisEvent]>([])
  }

  let topology: RedisTopology
  let loop: any EventLoop
  let log = RecordedLog()
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private let link: LoopConfined<any RedisLink>
  private let events = Events()
  private let stream: AsyncStream<RedisEvent>

  /// - Parameter change: of the settings, which are patient.
  init(_ url: String, _ change: (inout RedisSettings) -> Void = { _ in }) throws {
    let (stream, continuation) = AsyncStream.makeStream(of: RedisEvent.self)
    self.stream = stream
    topology = try RedisTopology(.patient(url, change), logger: log.logger) { [events] event in
      events.all.withLock { $0.append(event) }
      continuation.yield(event)
    }
    loop = group.next()
    link = LoopConfined(topology.link(on: loop), to: loop)
  }

  /// All that was told up to now.
  var allEvents: [RedisEvent] { events.all.withLock { $0 } }

  /// Returns when this is told, or was told since the last call.
  func told(_ event: RedisEvent) async {
    for await next in stream where next == event { return }
  }

  func start() { link.execute { $0.start() } }

  func send(_ arguments: RedisArgument..., key: RedisArgument? = nil, within budget: TimeAmount = .seconds(60)) async
    -> RedisResult
  {
    let command = RedisCommand(arguments, key: key)
    return await result { $0.send(command, within: budget, $1) }
  }

  func run(_ script: RedisScript, key: RedisArgument) async -> RedisResult {
    await result { $0.run(script, keys: [key], [], within: .seconds(60), $1) }
  }

  private func result(
    _ body: @escaping @Sendable (any RedisLink, @escaping RedisCompletion) -> Void
  ) async -> RedisResult {
    await completion { done in link.execute { link in body(link, done) } }
  }

  func stop() async {
    link.execute { $0.stop() }
    try? await group.shutdownGracefully()
  }
}

/// The names of the commands that a client's bytes have in them, in order.
func commands(in text: String) -> [Substring] {
  let lines = text.split(separator: "\r\n" as Character, omittingEmptySubsequences: false)
  return lines.indices.filter { lines[$0].hasPrefix("*") && $0 + 2 < lines.count }.map { lines[$0 + 2] }
}
