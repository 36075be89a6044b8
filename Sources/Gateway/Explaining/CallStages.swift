import Plans

/// The call graph cut into stages: a call stands in the stage after the last call that it waits for.
struct CallStages {
  let stages: [[Int]]

  init(_ calls: [CallPlan]) {
    var depth = [Int?](repeating: nil, count: calls.count)
    func resolve(_ index: Int) -> Int {
      if let known = depth[index] { return known }
      let own = (calls[index].waits.map(resolve).max() ?? -1) + 1
      depth[index] = own
      return own
    }
    for index in calls.indices { _ = resolve(index) }
    let count = (depth.compactMap(\.self).max() ?? -1) + 1
    stages = (0..<count).map { stage in calls.indices.filter { depth[$0] == stage } }
  }
}
