import Plans

/// The calls of a route and what each waits for.
struct CallGraph {
  struct Call {
    var name: String
    var key: YAMLNode
    /// Indices of the calls it waits for, by reading them or by `after`.
    var waitsFor: Set<Int>
    /// POST, PUT, PATCH, DELETE, unless it is `safe`; `nil` for the others.
    var unsafeMethod: String?
    var isRequired = false
    var when: TextTemplate?
    /// Indices of the calls that what undoes it reads, itself apart: they are known before it is sent.
    var undoing: Set<Int> = []
    /// Where `compensate` is.
    var compensation: YAMLNode?

    var isWrite: Bool { unsafeMethod != nil }
  }

  private(set) var calls: [Call]
  /// For each call those that end before it starts, as the file has it; of no use where there is a cycle.
  private var before: [Set<Int>] = []

  init(calls: [Call]) {
    self.calls = calls
  }

  /// Reports cycles and writes without an order. Returns for each call what it waits for besides
  /// (`CallPlan.requiredBefore`).
  mutating func check(_ loading: Loading) -> [[Int]] {
    let none = calls.map { _ in [Int]() }
    guard !reportCycles(loading) else { return none }
    for index in calls.indices { calls[index].waitsFor.formUnion(calls[index].undoing) }
    guard !reportCycles(loading) else { return none }
    before = calls.indices.map { everythingBefore($0) }
    reportWritesWithoutOrder(loading)
    return requiredBefore
  }

  private func reportWritesWithoutOrder(_ loading: Loading) {
    let writes = calls.indices.filter { calls[$0].isWrite }
    for (position, second) in writes.enumerated() {
      for first in writes[..<position] where !before[second].contains(first) && !before[first].contains(second) {
        let (one, two) = (calls[first], calls[second])
        if let when = one.when, let other = two.when, when.excludes(other) { continue }
        let hasPost = one.unsafeMethod == "POST" || two.unsafeMethod == "POST"
        let safe = hasPost ? ", or `safe: true` in one that only reads" : ""
        loading.report(
          two.key,
          "`\(one.name)` (\(one.unsafeMethod ?? "")) and `\(two.name)` (\(two.unsafeMethod ?? "")) both change "
            + "something and could run in any order; a route must order them",
          hint: "write `after: [\(one.name)]` in `\(two.name)`\(safe)")
      }
    }
  }

  /// A write waits for each required call that only reads, but for those that wait for it. Where several would wait for
  /// one another so, none of them does.
  private var requiredBefore: [[Int]] {
    let required = calls.indices.filter { calls[$0].isRequired && !calls[$0].isWrite }
    var whole = self
    for index in calls.indices where calls[index].isWrite {
      whole.calls[index].waitsFor.formUnion(required.filter { !before[$0].contains(index) })
    }
    let reached = calls.indices.map { whole.calls[$0].isRequired ? whole.everythingBefore($0) : [] }
    return calls.indices.map { index in
      let added = whole.calls[index].waitsFor.subtracting(before[index])
      return added.filter { !reached[$0].contains(index) }.sorted()
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
      report(cycle, loading)
      let group = everythingBefore(index).filter { everythingBefore($0).contains(index) }
      reported.formUnion(group)
    }
    return isCyclic
  }

  private func report(_ cycle: [Int], _ loading: Loading) {
    let names = cycle.map { calls[$0].name }
    let path = (names + [names[0]]).joined(separator: " -> ")
    let steps = zip(cycle, cycle.dropFirst() + [cycle[0]])
    if let undoing = steps.first(where: { calls[$0].undoing.contains($1) }), let place = calls[undoing.0].compensation {
      let (write, read) = (calls[undoing.0].name, calls[undoing.1].name)
      return loading.report(
        place,
        "what undoes `\(write)` has to be known before it is sent, and reads `\(read)`, which waits for it: \(path)",
        hint: "let it read `\(write)` itself, or what `\(write)` reads")
    }
    loading.report(
      calls[cycle[0]].key,
      cycle.count == 1
        ? "the call `\(names[0])` waits for itself: \(path)" : "these calls wait for one another: \(path)")
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
