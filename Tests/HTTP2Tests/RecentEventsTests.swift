import Testing
import Timing

@testable import HTTP2

@Suite struct RecentEventsTests {
  private var events = RecentEvents(most: 3, in: .seconds(10))

  private mutating func add(_ seconds: Int64...) -> [Bool] {
    seconds.map { events.add(Instant(nanoseconds: $0 * 1_000_000_000)) }
  }

  @Test mutating func oneMoreThanTheBoundIsTooMany() {
    #expect(add(1, 1, 1, 1) == [false, false, false, true])
  }

  @Test mutating func theTimeSlides() {
    #expect(add(0, 8, 9, 10, 17) == [false, false, false, false, true])
    #expect(add(40, 41, 42, 49, 51) == [false, false, false, true, false])
  }
}
