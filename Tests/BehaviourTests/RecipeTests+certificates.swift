import TestSockets
import Testing

extension Behaviour.RecipeTests {
  // MARK: An edge with certificates on both sides

  private static func contents(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

  /// SHA-256, as the command of the page prints it.
  private static func fingerprint(_ issued: TestAuthority.Issued) throws -> String {
    let shown = try ChildProcess(
      "/usr/bin/openssl", ["x509", "-in", issued.certificate, "-noout", "-fingerprint", "-sha256"])
    #expect(shown.waitForExit() == 0)
    return try String(#require(shown.output.text.split(separator: "=").last).dropLast())
  }

  @Test func certificatesOnBothSides() throws {
    let (clients, services, others) = (try TestAuthority(), try TestAuthority(), try TestAuthority())
    let edge = try services.issue("edge", ["DNS:localhost", "IP:127.0.0.1"])
    let stock = try services.issue("stock", ["DNS:stock.internal.example"])
    let orders = try clients.issue("orders", ["DNS:orders.internal.example"])
    let billing = try clients.issue("billing", ["DNS:billing.internal.example"])
    let visitor = try clients.issue("visitor", ["DNS:visitor.example"])
    let foreign = try others.issue("orders", ["DNS:orders.internal.example"])

    let service = try GatewayProcess(files: [
      "gateway.yaml": """
      listen:
        address: 127.0.0.1:0
        tls:
          certificates: [{ certificate: \(stock.certificate), key: \(stock.key) }]
          clientCertificates: { ca: \(services.certificate) }
      """,
      "main.yaml": #"""
      routes:
        ANY /*rest:
          response: { path: "${path.rest}", by: "${client.certificate.subject}", for: "${headers.\"x-caller\"}" }
      """#,
    ])

    var files = try Self.files("An edge with certificates on both sides")
    files["certs/edge.pem"] = try Self.contents(edge.certificate)
    files["certs/edge.key"] = try Self.contents(edge.key)
    files["certs/clients.pem"] = try Self.contents(clients.certificate)
    files["certs/services.pem"] = try Self.contents(services.certificate)
    let page = try #require(files["gateway.yaml"])
    let pinned = try #require(page.firstMatch(of: #/"[0-9a-f]{64}"/#)).0
    func settings(_ pins: TestAuthority.Issued...) throws -> String {
      page.replacing(pinned, with: try pins.map { "\"\(try Self.fingerprint($0))\"" }.joined(separator: ", "))
    }
    try Self.check(files)
    files["gateway.yaml"] = try settings(orders)
    let gateway = try GatewayProcess(
      files: files, environment: ["STOCK_URL": "https://127.0.0.1:\(service.port)"])

    /// What curl says, and the status behind it.
    func curl(_ line: String, _ shown: TestAuthority.Issued?) throws -> ChildProcess {
      let certificate = shown.map { ["--cert", $0.certificate, "--key", $0.key] } ?? []
      let (method, path) = (line.prefix { $0 != " " }, line.drop { $0 != " " }.dropFirst())
      let child = try ChildProcess(
        "/usr/bin/curl",
        ["-sS", "--max-time", "\(Patience.seconds)", "--cacert", services.certificate] + certificate
          + ["-X", String(method), "-w", "\n%{http_code}", "https://127.0.0.1:\(gateway.port)\(path)"])
      try #require(child.waitForExit() != nil)
      return child
    }
    func status(_ line: String, _ shown: TestAuthority.Issued?) throws -> String {
      try String(curl(line, shown).output.text.suffix(3))
    }
    let (reading, reserving) = ("GET /stock/P1", "POST /reservations")

    // The service sees the edge's certificate, and hears of the caller's.
    let seen = try curl(reading, billing).output.text
    #expect(seen == #"{"path":"stock/P1","by":"CN=edge","for":"CN=billing"}"# + "\n200", "\(seen)")
    for line in [reading, reserving] {
      #expect(try status(line, nil) == "403" && status(line, visitor) == "403", "\(line)")
    }
    #expect(try status(reserving, orders) == "200" && status(reserving, billing) == "403")
    #expect(try status("GET /healthz", nil) == "200")
    for line in [reading, "GET /healthz"] {
      let failed = try curl(line, foreign)
      #expect(failed.waitForExit() != 0 && failed.output.text == "\n000", "\(failed.output.text)")
    }

    // A pinned certificate is rotated, and its service comes in all the while.
    let next = try clients.issue("orders-2", ["DNS:orders.internal.example"])
    #expect(try status(reserving, next) == "403")
    try gateway.write(settings(orders, next), to: "gateway.yaml")
    #expect(try gateway.reload().status == 200)
    #expect(try status(reserving, orders) == "200" && status(reserving, next) == "200")
    try gateway.write(settings(next), to: "gateway.yaml")
    #expect(try gateway.reload().status == 200)
    #expect(try status(reserving, orders) == "403" && status(reserving, next) == "200")

    // And so is the edge's own.
    func served() throws -> String? {
      let shown = try ChildProcess(
        "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(gateway.port)", "-noservername"], input: "")
      try #require(shown.waitForExit() != nil)
      return shown.output.text.firstMatch(of: #/subject=CN ?= ?(\S+)/#).map { String($0.1) }
    }
    #expect(try served() == "edge")
    let new = try services.issue("edge-2", ["DNS:localhost", "IP:127.0.0.1"])
    try gateway.write(Self.contents(new.certificate), to: "certs/edge.pem")
    try gateway.write(Self.contents(new.key), to: "certs/edge.key")
    let report = try gateway.reload()
    #expect(report.status == 200 && report.text.contains("certificates"), "\(report)")
    #expect(try served() == "edge-2")
    #expect(try status(reading, billing) == "200")
    try gateway.stopInOrder()
    try service.stopInOrder()
  }
}
