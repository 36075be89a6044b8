import ArgumentParser
import Plans

struct Routes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the routes of a folder, with what each does and where it is defined.")

  @OptionGroup var definitions: DefinitionArguments

  func run() throws {
    let plan = try definitions.load()
    let rows = plan.routes.map { route in
      [
        "\(route.methods)", "\(route.pattern)", route.hosts.isEmpty ? "" : route.hosts.joined(separator: " "),
        route.bff, summary(route, plan), "\(route.location.file):\(route.location.line)",
      ]
    }
    let titles = ["METHOD", "PATH", "HOSTS", "BFF", "DOES", "DEFINED AT"]
    let table = [titles] + rows
    let used = titles.indices.filter { column in rows.contains { !$0[column].isEmpty } }
    let widths = titles.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    for row in table {
      let cells = used.map { row[$0].padding(to: $0 == used.last ? 0 : widths[$0]) }
      print(cells.joined(separator: "  "))
    }
  }

  private func summary(_ route: RoutePlan, _ plan: GatewayPlan) -> String {
    switch route.work {
    case .proxy(let proxy): "proxy to \(plan.backends[proxy.request.backend].name)"
    case .redirect(let redirect): "redirect to \(redirect.target.source)"
    case .files(let files): "files of \(files.source)"
    case .composite(let composite) where composite.calls.isEmpty: "static answer"
    case .composite(let composite): "\(count(composite.calls.count, "call")): \(names(of: composite))"
    }
  }

  private func names(of composite: CompositePlan) -> String {
    composite.calls.map(\.name).joined(separator: ", ")
  }
}

extension String {
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
