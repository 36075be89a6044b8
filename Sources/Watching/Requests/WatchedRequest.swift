import Front
import Messages
import NIOHTTP1
import Timing

/// A request that has ended, as it is kept for who runs the gateway. *Immutable.* It has no body, and holds nothing of the
/// route it went to, so that it keeps no generation of definitions alive.
package final class WatchedRequest: Sendable {
  /// The reason for which it is kept longer than others.
  package enum Notable: String, Sendable, CaseIterable {
    /// 5xx, or no answer to its end.
    case failed
    /// Answered, and some call of it failed.
    case partial
    /// It took as long as `RequestWatches.slowFrom`, or longer.
    case slow
  }

  /// The longest target that is kept, in bytes; the rest of it is left out.
  static let longestTarget = 2048
  /// The bytes of headers that are kept of a request, `fieldBytes` counted for each beside its own; of one with more, none
  /// are.
  static let mostHeaderBytes = 12 * 1024
  private static let fieldBytes = 64
  /// The longest text of other kinds, such as a subject, in bytes.
  static let longestText = 256

  package let id: String
  package let received: Instant
  package let ended: Instant
  /// As in the definitions; `nil` where no route has its path.
  package let route: String?
  /// As in its record.
  let routePlace: Int
  package let method: String
  /// Path and query as they came, possibly cut.
  let target: String
  let pathLength: Int
  /// `nil`: there were too many.
  let headers: HTTPHeaders?
  let hasBody: Bool
  package let status: Int?
  let bytes: Int
  let outcome: String?
  let cache: CacheResult?
  let isReplayed: Bool
  let refused: RequestRecord.Refusal?
  let end: RequestRecord.End?
  let subject: String?
  let client: String
  let scheme: String
  let host: String
  let protocolVersion: String
  let trace: TraceContext?
  package let calls: [CallTrace]
  /// As the record says.
  private let lacksPart: Bool
  /// What it takes here, roughly.
  let size: Int

  /// A request as it is said in a test.
  package init(
    id: String, received: Instant, ended: Instant, route: String?, method: String = "GET", target: String = "/",
    headers: HTTPHeaders = [:], status: Int? = 200, outcome: String? = nil, cache: CacheResult? = nil,
    calls: [CallTrace] = []
  ) {
    self.id = id
    self.received = received
    self.ended = ended
    self.route = route
    routePlace = 0
    self.method = method
    self.target = target
    pathLength = target.utf8.prefix { $0 != UInt8(ascii: "?") }.count
    self.headers = headers
    hasBody = false
    self.status = status
    bytes = 0
    self.outcome = outcome
    self.cache = cache
    isReplayed = false
    refused = nil
    end = nil
    subject = nil
    client = "127.0.0.1"
    scheme = "http"
    host = "localhost"
    protocolVersion = "1.1"
    trace = nil
    self.calls = calls
    lacksPart = calls.contains { $0.isFailure }
    size = Self.size(target, Self.size(headers), calls)
  }

  /// On the front loop, once it has ended.
  init(_ exchange: Exchange) {
    let request = exchange.request
    id = request.client.requestID
    received = exchange.record.received
    ended = exchange.record.ended
    route = exchange.record.route
    routePlace = exchange.record.routePlace
    method = request.method
    target = Self.cut(request.target, to: Self.longestTarget)
    pathLength = min(request.pathLength, Self.longestTarget)
    let fields = Self.size(request.headers)
    headers = fields > Self.mostHeaderBytes ? nil : request.headers
    hasBody = request.bodyLength != .none
    status = exchange.record.status
    bytes = exchange.record.bytes
    outcome = exchange.record.outcome.map { Self.cut($0, to: Self.longestText) }
    cache = exchange.record.cache
    isReplayed = exchange.record.isReplayed
    refused = exchange.record.refused
    end = exchange.record.end
    subject = exchange.record.identity?.subject.map { Self.cut($0, to: Self.longestText) }
    client = request.client.address
    scheme = request.client.scheme
    host = Self.cut(request.authority, to: Self.longestText)
    protocolVersion = request.client.version.name
    trace = request.client.trace
    calls = exchange.record.calls
    lacksPart = exchange.record.isPartial
    size = Self.size(target, headers == nil ? 0 : fields, calls)
  }

  private static func cut(_ text: String, to most: Int) -> String {
    text.utf8.count <= most ? text : String(decoding: text.utf8.prefix(most), as: UTF8.self)
  }

  private static func size(_ target: String, _ fields: Int, _ calls: [CallTrace]) -> Int {
    var size = 600 + target.utf8.count + fields
    for place in calls.indices { size += 240 + 160 * calls[place].attempts.count }
    return size
  }

  /// What fields take here, in bytes, roughly.
  private static func size(_ headers: HTTPHeaders) -> Int {
    headers.reduce(0) { $0 + fieldBytes + $1.name.utf8.count + $1.value.utf8.count }
  }

  /// Without the query, which may hold secrets.
  var path: String { String(decoding: target.utf8.prefix(pathLength), as: UTF8.self) }

  /// Without the `?`; `nil`: it has none.
  var query: String? {
    target.utf8.count > pathLength ? String(decoding: target.utf8.dropFirst(pathLength + 1), as: UTF8.self) : nil
  }

  var microseconds: Int { received.microseconds(to: ended) }

  /// 5xx, or no answer to its end. A client that leaves ends many a stream in good order, so that alone is no failure.
  var isFailed: Bool { status.map { $0 >= 500 } ?? (end == .cutOff) }

  var isPartial: Bool { !isFailed && status.map { $0 < 400 } == true && lacksPart }

  package func notable(slowFrom: Duration) -> Notable? {
    if isFailed { return .failed }
    if isPartial { return .partial }
    return received.duration(to: ended) >= slowFrom ? .slow : nil
  }
}

extension Instant {
  /// From here to `other`, never negative.
  func microseconds(to other: Instant) -> Int {
    Int(clamping: max(0, other.nanoseconds &- nanoseconds) / 1000)
  }
}
