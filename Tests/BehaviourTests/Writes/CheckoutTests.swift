import Foundation
import Glibc
import Testing

extension Behaviour {
  /// `POST /api/checkout` of the demo, whatever happens: what its client sees, what the services' books say in the end, and
  /// what is in the log. The rows are those of docs/writes.md.
  @Suite struct CheckoutTests {
    @Test func everyRowIsAsThePageSays() throws {
      let shop = try DemoProcess()
      var gateways = GatewaysOfRows(shop: shop)
      for (number, row) in CheckoutRow.sections.flatMap(\.rows).enumerated() {
        // Where the answer's own time has to pass, it may pass too early on a busy machine.
        var differences: [String] = []
        for chance in 0..<5 {
          differences = try Checkout(row, gateways.gateway(for: row), shop, id: "w\(number)-\(chance)").differences()
          if differences.isEmpty || row.times["5s"] == nil { break }
        }
        #expect(differences.isEmpty, "\(row)")
      }
      try gateways.stop()
      #expect(try shop.stop() == 0)
    }

    /// `WEFT_UPDATE=1` writes the tables anew.
    @Test func theTablesAreThoseOfTheTests() throws {
      let path = WeftBinary.repository + "/docs/writes.md"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let current = Self.replacingTables(of: text)
      if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
        try current.write(toFile: path, atomically: true, encoding: .utf8)
      } else {
        #expect(current == text, "docs/writes.md differs from the tests' rows")
      }
    }

    /// Each `###` section of the rows has one table.
    private static func replacingTables(of text: String) -> String {
      text.components(separatedBy: "\n### ").map { section in
        guard let rows = CheckoutRow.sections.first(where: { section.hasPrefix($0.heading + "\n") })?.rows else {
          return section
        }
        let lines = section.components(separatedBy: "\n")
        let start = lines.firstIndex { $0.hasPrefix("|") } ?? lines.count
        let end = lines[start...].firstIndex { !$0.hasPrefix("|") } ?? lines.count
        let head = [
          "| what happens | the client sees | the books: what stands | the operator sees |",
          "| --- | --- | --- | --- |",
        ]
        return (lines[..<start] + head + rows.map(\.markdown) + lines[end...]).joined(separator: "\n")
      }.joined(separator: "\n### ")
    }
  }
}

/// Gateways over `compositions/`, with the times that rows ask for. Those to which nothing happens serve many rows.
private struct GatewaysOfRows {
  let shop: DemoProcess
  private var kept: [[String: String]: GatewayProcess] = [:]

  init(shop: DemoProcess) {
    self.shop = shop
  }

  mutating func gateway(for row: CheckoutRow) throws -> GatewayProcess {
    if row.leavesGateway, let gateway = kept[row.times] { return gateway }
    var files: [String: String] = [:]
    let folder = WeftBinary.repository + "/compositions"
    // shop.yaml wants providers that this gateway.yaml has not.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".yaml") && name != "shop.yaml" {
      files[name] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        .replacing(#/\btimeout: (\w+)/#) { "timeout: \(row.times[String($0.1)] ?? "60s")" }
    }
    files["gateway.yaml"] = "log: { access: true }\n"
    if case .stops(let drain) = row.action { files["gateway.yaml"]? += "shutdown: { drain: \(drain) }\n" }
    let urls = shop.services.map { ("\($0.uppercased())_URL", "http://127.0.0.1:\($1)") }
    let gateway = try GatewayProcess(files: files, environment: Dictionary(uniqueKeysWithValues: urls))
    if row.leavesGateway { kept[row.times] = gateway }
    return gateway
  }

  func stop() throws {
    for gateway in kept.values { try gateway.stopInOrder() }
  }
}

/// One checkout through a gateway, before the services of a shop.
private struct Checkout {
  let row: CheckoutRow
  let gateway: GatewayProcess
  let shop: DemoProcess
  let id: String

  init(_ row: CheckoutRow, _ gateway: GatewayProcess, _ shop: DemoProcess, id: String) {
    (self.row, self.gateway, self.shop, self.id) = (row, gateway, shop, id)
  }

  /// Of what is from what the row says.
  func differences() throws -> [String] {
    for service in shop.services.keys { try shop.setFault(service, #"{"mode":"ok"}"#) }
    for (service, fault) in row.faults { try shop.setFault(service, fault) }
    let logged = gateway.child.errors.text.utf8.count
    let client = try RawClient(port: gateway.port)
    try send(by: client)
    try act(client)
    var answer: RawResponse?
    if row.client != .leaves { answer = try client.receive() }
    if row.client == .repeats {
      try send(by: client)
      answer = try client.receive()
    }
    client.stream.close()
    let log = try end(logged)
    var differences: [String] = []
    func compare<Value: Equatable>(_ what: String, _ found: Value, _ wanted: Value) {
      if found != wanted { differences.append("\(what): \(found), not \(wanted)") }
    }
    compare("status", answer?.status, row.status)
    compare("compensated", try compensated(answer), row.compensated.map { "\($0.call) \($0.word)" })
    compare("stands", try stands(), row.stands)
    for text in row.logged where !log.contains(text) { differences.append("not in the log: \(text)") }
    let alarms = log.matches(of: #/\S+ (error|warning) (write|compensation)/#).count
    compare("alarms", alarms, row.logged.count { $0.hasPrefix("error") })
    if !differences.isEmpty { differences.append(log) }
    return differences
  }

  private func send(by client: RawClient) throws {
    let body = #"{"id":"\#(id)","lines":[{"sku":"P1003","quantity":1}]}"#
    let user = row.client == .unknown ? "nobody" : "demo-42"
    try client.send(
      "POST /api/checkout", headers: ["Authorization: Bearer \(user)", "Content-Type: application/json"],
      body: Array(body.utf8))
  }

  /// What the client and the operator do while the service that misbehaves has its request.
  private func act(_ client: RawClient) throws {
    if case (.stays, .nothing) = (row.client, row.action) { return }
    guard let service = row.faults.first?.service else { return }
    let isMet = eventually { (try? shop.ask(service, "GET /__fault"))?.text.contains(#""affected":1"#) == true }
    #expect(isMet, "\(row)")
    if row.client == .leaves { client.stream.close() }
    switch row.action {
    case .nothing: break
    case .reloads: #expect(try gateway.reload().status == 200)
    case .stops: gateway.child.terminate()
    case .kills: gateway.child.kill()
    }
  }

  /// Waits until the gateway and the services have done what they had to.
  /// - Returns: what is in the log of it, where `logged` bytes were before.
  private func end(_ logged: Int) throws -> String {
    let requests = row.client == .repeats ? 2 : 1
    switch row.action {
    case .kills: _ = gateway.child.waitForExit()
    case .stops:
      let isCutOff = row.logged.contains { $0.contains("write in doubt") }
      #expect(gateway.child.waitForExit() == (isCutOff ? 1 : 0), "\(row)")
    case .nothing, .reloads:
      #expect(gateway.waitForHealth { $0["writes"]?["running"]?.number == 0 }, "\(row)")
      let isToldOf = gateway.child.errors.wait { text in
        let log = String(decoding: text.utf8.dropFirst(logged), as: UTF8.self)
        let areThere = row.logged.allSatisfy(log.contains) && log.matches(of: #/ info request /#).count == requests
        return areThere ? true : nil
      }
      #expect(isToldOf == true, "\(row)")
    }
    let areDone = eventually {
      ["inventory", "payments", "orders"].allSatisfy { service in
        (try? shop.ask(service, "GET /__books"))?.text.contains(#""pending":0"#) == true
      }
    }
    #expect(areDone, "\(row)")
    return String(decoding: gateway.child.errors.text.utf8.dropFirst(logged), as: UTF8.self)
  }

  private func compensated(_ answer: RawResponse?) throws -> [String] {
    guard case .object(let members)? = try answer?.json()["compensated"] else { return [] }
    return members.map { "\($0.name) \($0.value.string ?? "")" }
  }

  private func stands() throws -> [String] {
    try zip(CheckoutRow.writes, ["inventory", "payments", "orders"]).compactMap { call, service in
      let books = try shop.ask(service, "GET /__books").json()
      let names = (books["stands"]?.elements ?? []).map { ($0["reference"] ?? $0["id"])?.string }
      return names.contains("42-\(id)") ? call : nil
    }
  }
}
