import Messages
import TestInputs
import Testing

struct DistinctListTests {
  private func list(of numbers: some Sequence<Int>, atMost bound: Int) -> (list: [Int], looks: Int, isOverfull: Bool) {
    let looks = Looks()
    var list = DistinctList<Counted<Int>>(atMost: bound)
    list.append(contentsOf: numbers.lazy.map { Counted($0, looks) })
    return (list.elements.map(\.value), looks.count, list.isOverfull)
  }

  @Test func keepsTheOrder() {
    let (elements, _, isOverfull) = list(of: [3, 1, 3, 2, 1], atMost: 3)
    #expect(elements == [3, 1, 2] && !isOverfull)
  }

  @Test func whatIsBeyondTheBoundIsNotLookedAt() {
    let full = list(of: 0..<257, atMost: 256)
    let tenTimes = list(of: 0..<2560, atMost: 256)
    #expect(full.list == tenTimes.list && full.list.count == 257 && full.isOverfull && tenTimes.isOverfull)
    #expect(tenTimes.looks == full.looks || tenTimes.looks < 257 * 16)
  }

  @Test func whatIsBeyondTheBoundIsNotTaken() {
    let looks = Looks()
    var list = DistinctList<Int>(atMost: 256)
    for _ in 0..<10 { list.append(contentsOf: CountedElements(0..<2560, looks)) }
    #expect(list.isOverfull && looks.count == 257)
  }

  /// A few looks at each, however many there were before it.
  @Test func theWorkGrowsWithTheElementsAlone() {
    for count in [2560, 25_600] {
      let (elements, looks, _) = list(of: 0..<count, atMost: count)
      #expect(elements.count == count)
      #expect(looks < count * 16)
      #expect(list(of: (0..<count).map { $0 % 5 }, atMost: 256).looks < count * 16)
    }
  }
}
