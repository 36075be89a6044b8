import Testing

@testable import Caching

struct AssuredMarksTests {
  @Test func marksInUseAreSeenToOnceADay() {
    let day = Duration.seconds(24 * 3600)
    let tag = CacheTag("a")
    var marks = AssuredMarks()
    func isDue(_ days: Double, entry: Double = 0, _ tag: CacheTag = tag) -> Bool {
      marks.isDue(tag, Int64(entry * 24 * 3600 * 1000), at: Sample.epoch + day * days)
    }
    let first = [isDue(0), isDue(0.5), isDue(0.9), isDue(1.1), isDue(1.2), isDue(40)]
    #expect(first == [true, false, false, true, false, true])
    // An entry that lives longer needs a mark that does.
    let long = [isDue(40.1, entry: 60), isDue(40.2, entry: 60), isDue(40.3), isDue(70)]
    #expect(long == [true, false, false, false])
    marks.forget([tag])
    let forgotten = [isDue(70), isDue(70)]
    #expect(forgotten == [true, false])
    for number in 0..<AssuredMarks.capacity * 2 { _ = isDue(70, CacheTag("\(number)")) }
    #expect(isDue(70))
  }
}
