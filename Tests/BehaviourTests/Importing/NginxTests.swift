import Foundation
import Testing

extension Behaviour {
  /// Gateways that are made of configurations of nginx, and of OpenAPI descriptions.
  @Suite struct NginxTests {
    private static let host = "Host: shop.example"
    static let steps: [(kind: String, name: String, steps: [ImportedStep])] = [
      (
        "nginx", "Nginx/shop.conf",
        [
          ImportedStep(
            request: "GET /api/x/y?a=1", headers: [host],
            backends: ["GET /api-1/v2/x/y?a=1": "{}", "GET /api-2/v2/x/y?a=1": "{}"],
            shows: ["X-Frame-Options": "DENY"]),
          ImportedStep(
            request: "GET /raw/x", headers: [host], backends: ["GET /api-1/raw/x": "{}", "GET /api-2/raw/x": "{}"],
            shows: ["X-Frame-Options": "DENY", "Cache-Control": "max-age=3600"]),
          ImportedStep(request: "GET /health", headers: [host], json: #"{"up":true}"#, sends: []),
          ImportedStep(request: "GET /gone", headers: [host], status: 410, sends: []),
          ImportedStep(request: "POST /read/x", headers: [host], status: 405, sends: []),
          ImportedStep(
            request: "GET /read/x", headers: [host], backends: ["GET /api-1/read/x": "{}", "GET /api-2/read/x": "{}"]),
          ImportedStep(request: "GET /hidden/x", headers: [host], status: 404, sends: []),
          ImportedStep(request: "GET /reports/x", headers: [host], status: 403, sends: []),
          ImportedStep(
            request: "GET /users/12/orders", headers: [host],
            backends: ["GET /api-1/users/12/orders": "{}", "GET /api-2/users/12/orders": "{}"]),
          ImportedStep(request: "GET /users/ann/orders", headers: [host], status: 404, sends: []),
          ImportedStep(
            request: "GET /old/a/b", headers: [host], status: 301, shows: ["Location": "/new/a/b"], sends: []),
          ImportedStep(
            request: "GET /strip/a/b", headers: [host], backends: ["GET /api-1/a/b": "{}", "GET /api-2/a/b": "{}"]),
          ImportedStep(request: "GET /private/x", headers: [host], status: 503, sends: []),
          ImportedStep(request: "GET /api/x", headers: ["Host: other.example"], status: 404, sends: []),
        ]
      ),
      (
        "nginx", "Nginx/site.conf",
        [
          // Its `if` may have.
          ImportedStep(request: "GET /a?b=1", status: 503, sends: []),
          ImportedStep(
            request: "GET /docs", status: 302, shows: ["Location": "https://docs.example.com/guide"], sends: []),
          ImportedStep(request: "GET /go/up", status: 302, shows: ["Location": "/pages/up?from=go"], sends: []),
          ImportedStep(request: "GET /go/UP", status: 404, sends: []),
        ]
      ),
      (
        "nginx", "Nginx/closed.conf",
        [
          ImportedStep(request: "GET /people/7", headers: ["Host: staff.example"], status: 503, sends: []),
          ImportedStep(request: "GET /x", headers: ["Host: staff.example"], status: 503, sends: []),
        ]
      ),
      (
        "openapi", "OpenAPI/swagger.json",
        [
          ImportedStep(request: "GET /things?a=1", backends: ["GET /old.example/things?a=1": "[]"], json: "[]"),
          ImportedStep(
            request: "PATCH /things/a%20b", body: "{}", backends: ["PATCH /old.example/things/a%20b": "{}"], json: "{}"),
          ImportedStep(request: "DELETE /things/1", status: 405, sends: []),
        ]
      ),
    ]

    @Test(arguments: steps)
    func doesWhatNginxDid(_ kind: String, _ name: String, _ steps: [ImportedStep]) throws {
      let backend = try ScriptedBackend { _ in .json("{}") }
      defer { backend.stop() }
      let folder = try ImportedFolder(kind, name, backend: backend)
      let gateway = try GatewayProcess(files: folder.files)
      for step in steps {
        for problem in try step.problems(gateway, backend) { Issue.record("\(name): \(problem)") }
      }
      try gateway.stopInOrder()
    }

    /// Files and certificates that are on the machine are used, others are proposed.
    @Test func filesThatAreThereAreServed() throws {
      let site = try TemporaryFolder(files: ["public/index.html": "a page", "public/app.js": "1"])
      let folder = try TemporaryFolder(files: [
        "nginx.conf": """
        server {
          location / { root \(site.path)/public; try_files $uri /index.html; expires 1h; }
          location /old/ { alias /nowhere/at/all/; }
        }
        """
      ])
      let made = try WeftBinary.run(["import", "nginx", "\(folder.path)/nginx.conf"])
      #expect(made.status == 0 && made.errors.contains("nginx.conf:3:3: the folder"), "\(made)")
      #expect(made.output.contains("  # GET /old/*rest:\n"), "\(made)")
      let text = made.output.components(separatedBy: "# file: ")
      let files = text.dropFirst().map { part -> (String, String) in
        let lines = part.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(lines[0]), String(lines[1]))
      }
      let gateway = try GatewayProcess(files: Dictionary(files) { $1 })
      let answer = try gateway.exchange("GET /app.js")
      #expect(answer.status == 200 && answer.text == "1" && answer["Cache-Control"] == "max-age=3600")
      #expect(try gateway.exchange("GET /some/page", headers: ["Accept: text/html"]).text == "a page")
      try gateway.stopInOrder()
    }
  }
}
