import Testing

@testable import Upstream

struct WaitQueueTests {
  @Test func firstComeFirstServed() {
    var queue = WaitQueue<Int>()
    for number in 0..<100 { _ = queue.append(number) }
    #expect((0..<100).map { _ in queue.popFirst() } == (0..<100).map { $0 })
    #expect(queue.popFirst() == nil)
  }

  @Test func whoLeavesIsSkipped() {
    var queue = WaitQueue<String>()
    _ = queue.append("a")
    let b = queue.append("b")
    _ = queue.append("c")
    #expect(queue.remove(b) == "b")
    #expect(queue.remove(b) == nil)
    #expect(queue.count == 2)
    #expect([queue.popFirst(), queue.popFirst(), queue.popFirst()] == ["a", "c", nil])
  }

  @Test func whoseTurnCameCannotLeave() {
    var queue = WaitQueue<String>()
    let a = queue.append("a")
    _ = queue.append("b")
    _ = queue.popFirst()
    #expect(queue.remove(a) == nil)
  }

  @Test(arguments: 0..<20)
  func agreesWithAPlainList(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    var queue = WaitQueue<UInt64>()
    var list: [UInt64] = []
    var tickets: [UInt64] = []
    for step in 0..<UInt64(3000) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<5:
        let ticket = queue.append(step)
        tickets.append(ticket)
        list.append(ticket)
      case 5..<7:
        let popped = queue.popFirst()
        #expect((popped == nil) == list.isEmpty)
        if !list.isEmpty { list.removeFirst() }
      default:
        guard let ticket = tickets.randomElement(using: &random) else { continue }
        let place = list.firstIndex(of: ticket)
        #expect((queue.remove(ticket) != nil) == (place != nil))
        if let place { list.remove(at: place) }
      }
      #expect(queue.count == list.count)
    }
  }
}
