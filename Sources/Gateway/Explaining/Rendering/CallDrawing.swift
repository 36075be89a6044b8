/// The call graph as a tree: a call hangs on the last of those that it waits for; the others are named beside it.
struct CallDrawing {
  private(set) var rows: [String] = []
  private let composite: ExplainedComposite
  /// The call that each call hangs on.
  private let parents: [Int?]
  private let width: Int

  init(_ composite: ExplainedComposite) {
    self.composite = composite
    let calls = composite.calls
    parents = calls.map { call in
      let waits = call.waits.compactMap { name in calls.firstIndex { $0.plan.name == name } }
      return waits.first { calls[$0].stage == call.stage - 1 }
    }
    width = calls.map { $0.plan.name.count + 3 * $0.stage }.max() ?? 0
    let roots = calls.indices.filter { parents[$0] == nil }
    for root in roots { draw(root, lead: "", branch: "") }
  }

  private mutating func draw(_ index: Int, lead: String, branch: String) {
    let call = composite.calls[index]
    let name = lead + branch + call.plan.name
    let notes = notes(call, parent: parents[index])
    let gap = String(repeating: " ", count: max(0, width - name.count) + 2)
    rows.append(notes.isEmpty ? name : "\(name)\(gap)\(notes.joined(separator: ", "))")
    let children = composite.calls.indices.filter { parents[$0] == index }
    let next = lead + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
    for child in children { draw(child, lead: next, branch: child == children.last ? "└─ " : "├─ ") }
  }

  private func notes(_ call: ExplainedCall, parent: Int?) -> [String] {
    var notes: [String] = []
    if call.plan.required { notes.append("required") }
    if call.plan.fallback != nil { notes.append("fallback") }
    if let each = call.plan.each { notes.append(each.batch.map { "each, \($0) to a request" } ?? "each") }
    switch call.condition {
    case .always: break
    case .unknown, .met: notes.append("when")
    case .unmet: notes.append("skipped")
    }
    let others = call.waitsFor.filter { $0 != parent.map { composite.calls[$0].plan.name } }
    if call.plan.isDeclaredSafe { notes.append("safe") }
    if call.plan.compensation != nil { notes.append("compensated") }
    if !others.isEmpty { notes.append("also after \(others.joined(separator: ", "))") }
    if !call.requiredBefore.isEmpty { notes.append("after required: \(call.requiredBefore.joined(separator: ", "))") }
    return notes
  }
}
