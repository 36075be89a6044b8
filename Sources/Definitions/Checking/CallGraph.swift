import Plans

/// The calls of a route and what each waits for.
struct CallGraph {
  struct Call {
    var name: String
    var key: YAMLNode
    /// Indices of the calls it waits for, by reading them or by `after`.
    var waitsFor: Set<Int>
    /// POST, PUT, PATCH, DELETE; `nil` for the others.
    var unsafeMethod: String?
  }

  let calls: [Call]

  /// Reports cycles and unsafe calls without an order.
  func check(_ loading: Loading) {
    guard !reportCycles(loading) else { return }
    var before: [Set<Int>] = Array(repeating: [], count: calls.count)
    for index in calls.indices { before[index] = everythingBefore(index) }
    let unsafe = calls.indices.filter { calls[$0].unsafeMethod != nil }
    for (position, second) in unsafe.enumerated() {
      for first in unsafe[..<position] where !before[second].contains(first) && !before[first].contains(second) {
        let (one, two) = (calls[first], calls[second])
        loading.report(
          two.key,
          "`\(one.name)` (\(one.unsafeMethod ?? "")) and `\(two.name)` (\(two.unsafeMethod ?? "")) both change "
            + "something and could run in any order; a route must order them",
          hint: "write `after: [\(one.name)]` in `\(two.name)`")
      }
    }
  }

  private func everythingBefore(_ index: Int) -> Set<Int> {
    var found: Set<Int> = []
    var open = Array(calls[index].waitsFor)
    while let next = open.popLast() {
      if found.insert(next).inserted { open += calls[next].waitsFor }
    }
    return found
  }

  /// Reports one cycle of each group of calls that wait for one another, at its first call.
  private func reportCycles(_ loading: Loading) -> Bool {
    var reported: Set<Int> = []
    var isCyclic = false
    for index in calls.indices where !reported.contains(index) {
      guard let cycle = shortestCycle(from: index) else { continue }
      isCyclic = true
      let names = cycle.map { calls[$0].name }
      let path = (names + [names[0]]).joined(separator: " -> ")
      let message =
        cycle.count == 1
        ? "the call `\(names[0])` waits for itself: \(path)" : "these calls wait for one another: \(path)"
      loading.report(calls[index].key, message)
      let group = everythingBefore(index).filter { everythingBefore($0).contains(index) }
      reported.formUnion(group)
    }
    return isCyclic
  }

  /// Breadth first, so that the cycle that is printed has no detours.
  private func shortestCycle(from start: Int) -> [Int]? {
    var paths = [[start]]
    var seen: Set<Int> = []
    while !paths.isEmpty {
      let path = paths.removeFirst()
      for next in calls[path[path.count - 1]].waitsFor.sorted() {
        if next == start { return path }
        if seen.insert(next).inserted { paths.append(path + [next]) }
      }
    }
    return nil
  }
}
