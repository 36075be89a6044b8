import Front
import Messages
import Metrics

/// What has become of the requests of one route. A value.
struct RouteTotals: Summed {
  struct RequestKey: Hashable, Sendable {
    let method: MethodLabel
    let status: StatusClass
  }

  struct CacheKey: Hashable, Sendable {
    /// Empty for the answer as a whole.
    let call: String
    let result: CacheResult
    let level: CacheLevel?
  }

  struct RefusalKey: Hashable, Sendable {
    let stage: String
    let status: Int
  }

  struct CallKey: Hashable, Sendable {
    let call: String
    let backend: String
  }

  var requests = SeriesList<RequestKey, Histogram>()
  var partial: UInt64 = 0
  var cache = SeriesList<CacheKey, UInt64>()
  var refused = SeriesList<RefusalKey, UInt64>()
  /// By outcome.
  var calls = SeriesList<CallKey, SeriesList<String, CallTotals>>()

  mutating func add(_ other: RouteTotals) {
    requests.add(other.requests)
    partial &+= other.partial
    cache.add(other.cache)
    refused.add(other.refused)
    calls.add(other.calls)
  }

  mutating func add(_ record: RequestRecord, _ method: MethodLabel, _ exemplar: Exemplar?) {
    let time = record.received.duration(to: record.ended).nanoseconds
    let status = StatusClass(record.status)
    requests.update(RequestKey(method: method, status: status)) { $0.add(time, exemplar) }
    if record.isPartial, status != .clientError, status != .serverError { partial &+= 1 }
    if let result = record.cache {
      cache.update(CacheKey(call: "", result: result, level: record.cacheLevel)) { $0 &+= 1 }
    }
    if let refused = record.refused {
      self.refused.update(RefusalKey(stage: refused.stage, status: record.status ?? 0)) { $0 &+= 1 }
    }
    for index in record.calls.indices { add(record.calls[index], at: index) }
  }
}

extension RouteTotals {
  /// - Parameter place: among the calls of its request.
  private mutating func add(_ call: CallTrace, at place: Int) {
    calls.update(CallKey(call: call.name, backend: call.backend), hint: place) { outcomes in
      outcomes.update(call.outcome) { $0.add(call) }
    }
    if let result = call.cache {
      cache.update(CacheKey(call: call.name, result: result, level: call.cacheLevel)) { $0 &+= 1 }
    }
  }
}

/// What has become of a call, where it had one and the same outcome. A value.
struct CallTotals: Summed {
  var count: UInt64 = 0
  var hedged: UInt64 = 0
  /// Of those that took any time.
  var times = Histogram()

  init() {}

  mutating func add(_ other: CallTotals) {
    count &+= other.count
    hedged &+= other.hedged
    times.add(other.times)
  }

  mutating func add(_ call: CallTrace) {
    count &+= 1
    if call.isHedged { hedged &+= 1 }
    if call.outcome != Self.skipped { times.add(call.began.duration(to: call.ended).nanoseconds) }
  }

  private static let skipped = "skipped"
}

/// A request's method as a label: no client makes up one of its own.
enum MethodLabel: String, Sendable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
  case other

  init(_ method: String) {
    self =
      switch method {
      case "GET": .get
      case "HEAD": .head
      case "POST": .post
      case "PUT": .put
      case "PATCH": .patch
      case "DELETE": .delete
      case "OPTIONS": .options
      default: .other
      }
  }
}

/// The first digit of an answer's status as a label.
enum StatusClass: String, Sendable {
  case informational = "1xx"
  case success = "2xx"
  case redirection = "3xx"
  case clientError = "4xx"
  case serverError = "5xx"
  /// The client left before there was one.
  case none

  init(_ status: Int?) {
    self =
      switch status ?? 0 {
      case 100..<200: .informational
      case 200..<300: .success
      case 300..<400: .redirection
      case 400..<500: .clientError
      case 500..<600: .serverError
      default: .none
      }
  }
}
