import Locking
import NIOCore
import Timing

/// Fetches under way in this process, one per key. Guarded by a lock, which is taken for misses and refreshes only.
final class FlightTable: Sendable {
  enum Place {
    /// Nobody else fetches it.
    case leader(Flight)
    /// The waiter is told when the fetch has ended.
    case follower
    /// Too many wait already, or too many fetches are under way: go alone.
    case full
  }

  private struct State {
    var flights: [CacheKey: Flight] = [:]
    var refreshing = 0
    var pauses = RefreshPauses()
  }

  static let mostFlights = 65_536
  static let mostFollowers = 4096

  private let mostRefreshes: Int
  private let state = Locked(State())

  init(mostRefreshes: Int) {
    self.mostRefreshes = mostRefreshes
  }

  /// Finds a place for a request that needs an answer.
  func join(_ key: CacheKey, _ waiter: @autoclosure () -> FlightWaiter) -> Place {
    state.withLock { state in
      if let flight = state.flights[key] {
        guard flight.waiters.count < FlightTable.mostFollowers else { return .full }
        flight.waiters.append(waiter())
        return .follower
      }
      guard state.flights.count < FlightTable.mostFlights else { return .full }
      let flight = Flight(key: key, isRefresh: false)
      state.flights[key] = flight
      return .leader(flight)
    }
  }

  enum Refresh {
    case leader(Flight)
    case underWay
    /// The last one brought nothing, a moment ago.
    case paused
    case refused
  }

  /// Begins a fetch in the background, where one may begin.
  func refresh(_ key: CacheKey) -> Refresh {
    state.withLock { state in
      if state.flights[key] != nil { return .underWay }
      if state.pauses.isPaused(key, at: .now()) { return .paused }
      guard state.refreshing < mostRefreshes, state.flights.count < FlightTable.mostFlights else { return .refused }
      let flight = Flight(key: key, isRefresh: true)
      state.flights[key] = flight
      state.refreshing += 1
      return .leader(flight)
    }
  }

  /// Ends a flight; whoever comes from now on begins anew. A refresh that brought nothing is not repeated at once.
  /// - Parameter isKept: what it brought is kept.
  /// - Returns: those who waited; none where it had ended already.
  func end(_ flight: Flight, isKept: Bool) -> [FlightWaiter] {
    state.withLock { state in
      guard state.flights[flight.key] === flight else { return [] }
      state.flights[flight.key] = nil
      if flight.isRefresh { state.refreshing -= 1 }
      if isKept {
        state.pauses.succeeded(flight.key)
      } else if flight.isRefresh {
        state.pauses.failed(flight.key, at: .now(), chance: .random(in: 0...1))
      }
      let waiters = flight.waiters
      flight.waiters = []
      flight.listener = nil
      return waiters
    }
  }

  /// Tells whether anybody else's answer hangs on this fetch.
  func hasFollowers(_ flight: Flight) -> Bool {
    state.withLock { _ in flight.waiters.contains { !$0.isSettled } }
  }

  /// Makes events about the flight's key noticed from here on.
  func notice(_ flight: Flight) {
    state.withLock { _ in
      flight.wasHeardOf = false
      flight.listener = nil
    }
  }

  /// Calls `listener`, once, at the next event about the flight's key, also one since `notice`.
  func listen(_ flight: Flight, _ listener: @escaping @Sendable () -> Void) {
    let isDue = state.withLock { _ in
      guard !flight.wasHeardOf else { return true }
      flight.listener = listener
      return false
    }
    if isDue { listener() }
  }

  /// An event about `key` has come.
  func heard(of key: CacheKey) {
    let listener = state.withLock { state in
      guard let flight = state.flights[key] else { return nil as (@Sendable () -> Void)? }
      flight.wasHeardOf = true
      defer { flight.listener = nil }
      return flight.listener
    }
    listener?()
  }

  /// Wakes all that listen: what they wait for may have gone unheard.
  func heardOfAll() {
    let listeners = state.withLock { state in
      state.flights.values.compactMap { flight in
        flight.wasHeardOf = true
        defer { flight.listener = nil }
        return flight.listener
      }
    }
    for listener in listeners { listener() }
  }
}

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
