import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// What leads clients to TLS and keeps them there.
  @Suite struct HTTPSOnlyTests {
    @Test func redirects() throws {
      let gateway = try TLSGateway(listeners: [
        "{ address: \"127.0.0.1:0\", redirect: https }", "{ address: \"127.0.0.1:0\", redirect: https, port: 443 }",
      ])
      let ports = gateway.process.child.output.text.matches(of: #/listening on http://\S+:(\d+)/#).map { String($0.1) }
      try #require(ports.count == 2)
      for method in ["GET", "POST", "DELETE", "OPTIONS"] {
        let said = try gateway.curl([
          "-X", method, "-H", "Host: Main.test:8080", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}",
          "http://127.0.0.1:\(ports[0])/a//b?c=%2f&d",
        ])
        #expect(said.lowercased() == "308 https://main.test:\(gateway.port)/a//b?c=%2f&d")
      }
      let said = try gateway.curl([
        "-H", "Host: [::1]:80", "-o", "/dev/null", "-w", "%{redirect_url}", "http://127.0.0.1:\(ports[1])/?a",
      ])
      #expect(said == "https://[::1]/?a")
      for host in ["", "a b", "a/b"] {
        let client = try RawClient(port: UInt16(ports[0])!)
        try client.sendRaw("GET / HTTP/1.0\r\n\(host.isEmpty ? "" : "Host: \(host)\r\n")\r\n")
        #expect(try client.receive()?.status == 400)
      }
      #expect(try gateway.curl(["-I", "http://127.0.0.1:\(ports[0])/../x"]).hasPrefix("HTTP/1.1 308"))
      #expect(try gateway.process.reload().status == 200)
      #expect(try gateway.curl(["-I", "http://127.0.0.1:\(ports[0])/static"]).hasPrefix("HTTP/1.1 308"))
      try gateway.process.stopInOrder()
    }

    /// On every answer over TLS, once, and on no other.
    @Test(arguments: ["--http1.1", "--http2"]) func strictTransportSecurity(_ version: String) throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("1")
        answer.headers = ["Strict-Transport-Security: max-age=1", "X-Other: 1"]
        return answer
      }
      defer { backend.stop() }
      let gateway = try TLSGateway(
        settings: "hsts: { maxAge: 365d, includeSubdomains: true }", backend: backend.url,
        listeners: ["\"127.0.0.1:0\""])
      for path in ["/static", "/p/x", "/call", "/none"] {
        let head = try gateway.curl([version, "-D", "-", "-o", "/dev/null", gateway.url(path)]).lowercased()
          .replacingOccurrences(of: "\r\n", with: "\n")
        let fields = head.matches(of: #/strict-transport-security: (.*)\n/#).map { String($0.1) }
        #expect(fields == ["max-age=31536000; includesubdomains"], "\(path): \(head)")
      }
      let url = try #require(gateway.process.child.output.text.firstMatch(of: #/listening on (http:\S+)/#)?.1)
      #expect(try !gateway.curl(["-I", "\(url)/static"]).lowercased().contains("strict-transport"))
      try gateway.process.stopInOrder()
    }
  }
}
