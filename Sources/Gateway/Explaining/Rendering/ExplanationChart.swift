/// An explanation as a Mermaid flowchart: stages from left to right, solid arrows for what is required, dotted ones for
/// what an answer can do without.
struct ExplanationChart {
  private(set) var text = "flowchart LR\n"

  init(_ route: ExplainedRoute) {
    line(#"  request(["\#(label("\(route.asked.method) \(route.asked.target)"))"])"#)
    switch route.work {
    case .proxy(let proxy): draw(proxy, route)
    case .composite(let composite): draw(composite)
    case .redirect(let redirect):
      line(#"  answer(["\#(label("\(redirect.status) to \(redirect.location)"))"])"#)
      line("  request --> answer")
    case .files(let files):
      line(#"  answer(["\#(label(files.file ?? "404"))"])"#)
      line("  request --> answer")
    }
  }

  private mutating func draw(_ proxy: ExplainedProxy, _ route: ExplainedRoute) {
    let request = "\(route.asked.method) \(proxy.backend.plan.name) \(proxy.target)"
    line(#"  proxy["\#(label(request))<br/>\#(label("\(proxy.plan.timeout.written) to the head"))"]"#)
    line("  request --> proxy")
    line(#"  answer(["\#(label("as it comes"))"])"#)
    line("  proxy --> answer")
  }

  private mutating func draw(_ composite: ExplainedComposite) {
    for (number, stage) in composite.stages.enumerated() {
      line("  subgraph stage\(number + 1)[\"stage \(number + 1)\"]")
      for index in stage { line("    call\(index)[\"\(box(composite.calls[index]))\"]") }
      line("  end")
    }
    line(#"  answer(["\#(label(composite.status))"])"#)
    let names = composite.calls.map(\.plan.name)
    for (index, call) in composite.calls.enumerated() {
      if call.waits.isEmpty { line("  request --> call\(index)") }
      for wait in names.indices {
        if call.waitsFor.contains(names[wait]) { line("  call\(wait) --> call\(index)") }
        if call.requiredBefore.contains(names[wait]) { line("  call\(wait) -- required --> call\(index)") }
      }
    }
    for (index, call) in composite.calls.enumerated()
    where !composite.calls.contains(where: { $0.waits.contains(call.plan.name) }) {
      line("  call\(index) \(call.plan.required ? "-->" : "-.->") answer")
    }
    if composite.calls.isEmpty { line("  request --> answer") }
  }

  private func box(_ call: ExplainedCall) -> String {
    let target = call.requests.first?.target ?? call.plan.request.source
    let more = call.requests.count > 1 ? " and \(call.requests.count - 1) more" : ""
    var lines = [call.plan.name, "\(call.plan.request.method) \(call.backend.plan.name) \(target)\(more)"]
    var notes = [call.deadline.written]
    if call.plan.required { notes.append("required") }
    if call.plan.fallback != nil { notes.append("fallback") }
    if call.plan.each != nil { notes.append("each") }
    if call.condition == .unmet { notes.append("skipped") }
    if call.plan.isDeclaredSafe { notes.append("safe") }
    if call.plan.compensation != nil { notes.append("compensated") }
    lines.append(notes.joined(separator: ", "))
    return lines.map(label).joined(separator: "<br/>")
  }

  /// Everything that could mean something to Mermaid or to HTML as an entity code.
  private func label(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", " ", "/", "?", "=", ".", ",", ":", "-", "_", "$", "%": String(scalar)
      default: "#\(scalar.value);"
      }
    }.joined()
  }

  private mutating func line(_ line: String) {
    text += line + "\n"
  }
}
