import NIOCore

/// Requests that are kept longer, as they were slow, failed or partial: where there is no room, the oldest goes of the route
/// that has the most, so that one bad route does not push out the others. Bounded by number and by bytes. A value.
struct NotableRequests: Sendable {
  static let most = 1000
  static let mostBytes = 8 * 1024 * 1024

  private let most: Int
  private let mostBytes: Int
  /// By the name of the route; requests without one are together.
  private var byRoute: [String: CircularBuffer<WatchedRequest>] = [:]
  private(set) var count = 0
  private(set) var bytes = 0

  init(most: Int = Self.most, mostBytes: Int = Self.mostBytes) {
    self.most = most
    self.mostBytes = mostBytes
  }

  var all: [WatchedRequest] { byRoute.values.flatMap { Array($0) } }

  mutating func add(_ request: WatchedRequest) {
    let route = request.route ?? ""
    byRoute[route, default: CircularBuffer(initialCapacity: 4)].append(request)
    count += 1
    bytes += request.size
    while count > most || bytes > mostBytes { dropOne(route) }
  }

  /// The route of the newest is looked at first: one that has more than an even share of the places need not be compared.
  private mutating func dropOne(_ newest: String) {
    let mine = byRoute[newest]?.count ?? 0
    let isOverShare = mine > 1 && mine * byRoute.count > most
    let route = isOverShare ? newest : byRoute.max { $0.value.count < $1.value.count }?.key
    guard let route, let oldest = byRoute[route]?.popFirst() else { return }
    count -= 1
    bytes -= oldest.size
    if byRoute[route]?.isEmpty == true { byRoute[route] = nil }
  }
}
