/// One fetch under way and those who wait for it. Guarded by the lock of its `FlightTable`, but for what never changes.
final class Flight: @unchecked Sendable {
  let key: CacheKey
  let isRefresh: Bool
  var waiters: [FlightWaiter] = []
  /// An event about the key has come since `notice`.
  var wasHeardOf = false
  var listener: (@Sendable () -> Void)?

  init(key: CacheKey, isRefresh: Bool) {
    self.key = key
    self.isRefresh = isRefresh
  }
}
