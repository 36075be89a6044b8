import NIOCore

/// The last requests, whatever became of them. Bounded by number and by bytes. A value.
struct RecentRequests: Sendable {
  static let most = 200
  /// Of one loop.
  static let mostBytes = 1024 * 1024

  private(set) var all = CircularBuffer<WatchedRequest>(initialCapacity: 16)
  private var bytes = 0

  mutating func add(_ request: WatchedRequest) {
    all.append(request)
    bytes += request.size
    while all.count > Self.most || bytes > Self.mostBytes, let oldest = all.popFirst() { bytes -= oldest.size }
  }
}
