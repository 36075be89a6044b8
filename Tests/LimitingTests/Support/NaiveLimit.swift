import Foundation

/// A limit as its contract says it, from all that was ever counted: slow, with other arithmetic than the rule's.
struct NaiveLimit {
  enum Sort {
    /// So many milliseconds from the first request on.
    case window(Int)
    case calendar(Calendar.Component)
    /// As much as `burst` at once, and the number steadily in so many milliseconds.
    case bucket(Int, burst: Int)
  }

  private struct Event {
    var time: Int
    var cost: Int
    var period: DateInterval?
  }

  private static let calendar: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    return calendar
  }()

  let number: Int
  let sort: Sort
  private var events: [Event] = []
  /// A bucket's, in shares of a request.
  private var level = 0

  init(_ number: Int, _ sort: Sort) {
    self.number = number
    self.sort = sort
  }

  /// The most that is ever there.
  var size: Int { if case .bucket(_, let burst) = sort { burst } else { number } }

  mutating func count(_ cost: Int, at time: Int) {
    guard cost > 0 else { return }
    if case .bucket(let length, _) = sort { level = level(at: time) + cost * length }
    events.append(Event(time: time, cost: cost, period: period(of: time)))
  }

  /// The requests of cost 1 for which there is room.
  func left(at time: Int) -> Int {
    switch sort {
    case .window(let length):
      let (start, used) = lastWindow(length)
      return time < start + length ? number - used : number
    case .calendar:
      let period = period(of: time)
      return number - events.reduce(0) { $0 + ($1.period == period ? $1.cost : 0) }
    case .bucket(let length, let burst): return (burst * length - level(at: time)) / length
    }
  }

  /// The milliseconds until there is room for `cost`; `nil` where there never is.
  func wait(for cost: Int, at time: Int) -> Int? {
    guard cost <= size else { return nil }
    if left(at: time) >= cost { return 0 }
    switch sort {
    case .window(let length): return lastWindow(length).start + length - time
    case .calendar: return Int(period(of: time)!.end.timeIntervalSince1970) * 1000 - time
    case .bucket:
      var later = time
      while left(at: later) < cost { later += 1 }
      return later - time
    }
  }

  private func lastWindow(_ length: Int) -> (start: Int, used: Int) {
    var (start, used) = (Int.min / 2, 0)
    for event in events {
      if event.time >= start + length { (start, used) = (event.time, 0) }
      used += event.cost
    }
    return (start, used)
  }

  /// Millisecond by millisecond.
  private func level(at time: Int) -> Int {
    var (level, now) = (level, events.last?.time ?? time)
    while now < time, level > 0 {
      level = max(0, level - number)
      now += 1
    }
    return level
  }

  private func period(of time: Int) -> DateInterval? {
    guard case .calendar(let unit) = sort else { return nil }
    return NaiveLimit.calendar.dateInterval(of: unit, for: Date(timeIntervalSince1970: Double(time / 1000)))
  }
}
