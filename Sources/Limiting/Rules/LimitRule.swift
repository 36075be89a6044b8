import Plans
import Timing

/// What a counter holds. A window's or a bucket's, as its limit's rule has it.
struct CounterState: Hashable, Sendable {
  /// What has been used of the rule's capacity.
  var used: Int64
  /// A window: its end. A bucket: when it held that.
  var time: WallTime
}

/// How a counter counts. A value, with whole milliseconds and whole numbers only, so that the script in Redis decides
/// alike.
///
/// A window begins with the first request and ends after its length, or with the day or the month (UTC): then nothing is
/// used of it. A bucket is the generic cell rate algorithm (ITU-T I.371), told as the level of a leaky bucket: what was
/// used runs off steadily. It is counted in parts of a request so small that what runs off in a millisecond is a whole
/// number of them: at `3/s`, a request is 1,000 parts, and 3 run off in each millisecond.
struct LimitRule: Sendable {
  enum Pace: Hashable, Sendable {
    /// Milliseconds.
    case window(Int64)
    case calendar(CalendarPeriod)
    /// Parts in a millisecond.
    case bucket(Int64)
  }

  let pace: Pace
  let capacity: Int64
  /// What a request of cost 1 uses.
  let unit: Int64
  /// The number of the rate, which clients are told.
  let quota: Int64

  init(_ rate: LimitRate) {
    quota = Int64(clamping: rate.rate.count)
    switch rate.rate.period {
    case .day: (pace, unit) = (.calendar(.day), 1)
    case .month: (pace, unit) = (.calendar(.month), 1)
    case .length(let length):
      let milliseconds = Int64(clamping: length.wholeMilliseconds)
      (pace, unit) = rate.burst == nil ? (.window(milliseconds), 1) : (.bucket(quota), milliseconds)
    }
    capacity = if let burst = rate.burst { Int64(clamping: burst) * unit } else { quota }
  }

  /// What so many requests use. More than the capacity is as good as any other such number.
  func amount(of cost: Int) -> Int64 {
    min(Int64(clamping: max(0, cost)), capacity / unit + 1) * unit
  }

  /// The state at a time, nothing being counted.
  func state(after past: CounterState?, at now: WallTime) -> CounterState {
    switch pace {
    case .window(let length):
      if let past, now < past.time { return past }
      return CounterState(used: 0, time: WallTime(milliseconds: now.milliseconds + length))
    case .calendar(let period):
      if let past, now < past.time { return past }
      return CounterState(used: 0, time: period.bounds(around: now).end)
    case .bucket(let speed):
      guard let past else { return CounterState(used: 0, time: now) }
      // A bucket is empty after so long at the latest; beyond, the product could be too large.
      let elapsed = min(max(0, now.milliseconds - past.time.milliseconds), capacity / speed + 1)
      return CounterState(used: max(0, past.used - elapsed * speed), time: now)
    }
  }

  func admits(_ amount: Int64, in state: CounterState) -> Bool {
    state.used + amount <= capacity
  }

  /// What is to be told of a state.
  /// - Parameter refused: what was asked of it in vain; `nil` where it was given.
  func standing(of limit: Limit, _ state: CounterState, refusing refused: Int64?, at now: WallTime) -> LimitStanding {
    let remaining = max(0, capacity - state.used) / unit
    let wait: LimitStanding.Wait =
      switch refused {
      case nil: .nothing
      case let amount? where amount > capacity: .forever
      case let amount?: .milliseconds(time(until: capacity - amount, state, at: now))
      }
    let reset = state.used == 0 ? 0 : time(until: capacity - (remaining + 1) * unit, state, at: now)
    return LimitStanding(
      limit: limit, remaining: Int(clamping: remaining), reset: reset, window: window(of: state), wait: wait)
  }

  /// The milliseconds until no more than this is used.
  private func time(until target: Int64, _ state: CounterState, at now: WallTime) -> Int64 {
    guard state.used > target else { return 0 }
    guard case .bucket(let speed) = pace else { return max(0, state.time.milliseconds - now.milliseconds) }
    return (state.used - target + speed - 1) / speed
  }

  /// The milliseconds of the rate's time, which of a month depend on which one it is.
  private func window(of state: CounterState) -> Int64 {
    switch pace {
    case .window(let length): length
    case .bucket: unit
    case .calendar(let period):
      period.bounds(around: WallTime(milliseconds: state.time.milliseconds - 1)).length
    }
  }
}
