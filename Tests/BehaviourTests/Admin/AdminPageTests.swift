import Foundation
import Testing

extension Behaviour {
  /// The admin page in a browser.
  @Suite(.enabled(if: Browser.isInstalled, "needs /usr/bin/chromium"))
  struct AdminPageTests {
    /// A person is told only "the dashboard is slow".
    @Test(arguments: [
      (#"{"mode":"slow","ms":620}"#, "slow"), (#"{"mode":"hang"}"#, "timeout"), (#"{"mode":"fail"}"#, "status"),
    ])
    func theBackendAtFaultIsFoundInTwoClicks(fault: String, word: String) throws {
      let demo = try DemoProcess()
      try demo.setFault("recommendations", fault)
      for number in 0..<8 { _ = try demo.exchange("GET /mobile/dashboard/42?lite=\(number)") }
      let browser = try Browser()
      try browser.resize(width: 1280)
      try browser.open("http://127.0.0.1:\(demo.adminPort)/")
      // It is said before the first click.
      try browser.wait(
        "[...document.querySelectorAll('.wrong a')].some((one) => /^recommendations: .*\(word)/.test(one.textContent))")
      try browser.click(##"td a[href="#/routes/GET%20%2Fmobile%2Fdashboard%2F%3AuserId"]"##)
      let marked = try browser.wait(
        """
        ((found) => found.length && found)(
          [...document.querySelectorAll('.node:is(.isBad, .isWarning) .name')].map((one) => one.textContent))
        """)
      #expect(marked.elements.map(\.string) == ["recommendations"], "\(marked)")
      try browser.click(".node:is(.isBad, .isWarning) a")
      let chosen = try browser.wait("document.querySelector('.backend.isThere h3')?.textContent")
      #expect(chosen.string == "recommendations")
      #expect(Self.faults(browser) == [])
      #expect(try demo.stop() == 0)
    }

    /// What the page did wrong. That there may be no OpenAPI document is no fault.
    private static func faults(_ browser: Browser, but expected: String = "/openapi.json") -> [String] {
      browser.faults.filter { !$0.hasSuffix("/openapi.json") && !$0.hasSuffix(expected) }
    }

    @Test func aRequestOpensToItsWaterfall() throws {
      let demo = try DemoProcess()
      try demo.setFault("notifications", #"{"mode":"fail"}"#)
      let answer = try demo.exchange(
        "GET /mobile/dashboard/42?token=s3cret", headers: ["Authorization: Bearer s3cret", "X-Name: it's me"])
      let browser = try Browser()
      try browser.resize(width: 1280)
      try browser.open("http://127.0.0.1:\(demo.adminPort)/#/requests/partial")
      try browser.click("td a.path")
      try browser.waitForText("Where the time went")
      let rows = try browser.evaluate(
        """
        [...document.querySelectorAll('.fall:not(.axis)')].map((one) => [
          one.querySelector('strong').textContent, one.querySelectorAll('.bars rect').length > 0,
          one.querySelector('.bars svg').getAttribute('aria-label'),
        ])
        """)
      #expect(rows.elements.map { $0[0]?.string } == ["user", "orders", "recommendations", "unread"])
      #expect(rows.elements.allSatisfy { $0[1] == .bool(true) }, "\(rows)")
      #expect(rows[3]?[2]?.string?.contains("a status that is not accepted · status 5") == true, "\(rows)")
      let text = try browser.evaluate("document.body.innerText").string ?? ""
      #expect(text.contains(answer["X-Request-Id"] ?? "?"), "\(text)")
      #expect(text.contains("curl 'http://") && text.contains(#"X-Name: it'\''s me"#), "\(text)")
      #expect(text.contains("token=REDACTED") && !text.contains("s3cret"), "\(text)")
      #expect(Self.faults(browser) == [])
      #expect(try demo.stop() == 0)
    }

    /// Every view, at every width, light and dark: nothing sticks out, and all that can be used has a name.
    @Test(arguments: [360, 768, 1440])
    func viewsFitAndAreNamed(width: Int) throws {
      let demo = try DemoProcess()
      for number in 0..<3 { _ = try demo.exchange("GET /mobile/dashboard/42?lite=\(number)") }
      _ = try demo.exchange("GET /api/checkout/5001")
      let browser = try Browser()
      try browser.resize(width: width)
      let views = [
        ("overview", "Slowest routes"), ("routes", "GET /mobile/dashboard/:userId"),
        ("routes/GET%20%2Fapi%2Fcheckout%2F%3AorderId", "Calls, last minute"), ("requests", "/mobile/dashboard/42"),
        ("backends", "recommendations"), ("cache", "Purge"), ("definitions", "mobile.yaml"), ("try", "Headers"),
      ]
      for (view, text) in views {
        try browser.open("http://127.0.0.1:\(demo.adminPort)/#/\(view)")
        try browser.waitForText(text)
        let over = try browser.evaluate("document.documentElement.scrollWidth - innerWidth").number ?? 1
        #expect(over <= 0, "\(view) at \(width): \(over) too wide")
        let nameless = try browser.evaluate(
          """
          [...document.querySelectorAll('a, button, input, select, textarea, svg[role]')].filter((one) =>
            one.type !== 'hidden' && !(one.textContent.trim() && !one.matches('input, select, textarea'))
            && !one.getAttribute('aria-label') && !(one.labels && one.labels.length)).map((one) => one.outerHTML)
          """)
        #expect(nameless.elements.isEmpty, "\(view): \(nameless)")
      }
      #expect(Self.faults(browser) == [])
      #expect(try demo.stop() == 0)
    }

    @Test func theTokenIsAskedForAndKeptInTheTab() throws {
      let folder = try TemporaryFolder(files: ["token": "s3cret-of-the-admin\n"])
      let gateway = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n",
        gateway: "admin: { address: \"127.0.0.1:0\", token: { file: \(folder.path)/token } }\n")
      let browser = try Browser()
      try browser.open("http://127.0.0.1:\(gateway.adminPort)/#/definitions")
      try browser.waitForText("wants its token")
      try browser.click("input[name=token]")
      try browser.type("wrong")
      try browser.press("Enter", code: 13)
      try browser.wait("sessionStorage.getItem('weft-admin-token') === 'wrong'")
      try browser.waitForText("wants its token")
      _ = try browser.evaluate("document.querySelector('input[name=token]').value = ''")
      try browser.click("input[name=token]")
      try browser.type("s3cret-of-the-admin")
      try browser.press("Enter", code: 13)
      try browser.waitForText("Serving")
      // The events come with it as well.
      try browser.wait("document.getElementById('state').textContent === 'live'")
      try gateway.stopInOrder()
    }

    @Test func buttonsDoWhatTheySay() throws {
      let (first, second) = (try ScriptedBackend { _ in .json("1") }, try ScriptedBackend { _ in .json("2") })
      defer {
        first.stop()
        second.stop()
      }
      let gateway = try GatewayProcess(
        """
        backends: { shop: { urls: ["${env.B1}", "${env.B2}"] } }
        routes:
          GET /call/:id: { calls: { v: GET shop /v }, response: "${path.id}" }
        """, backends: [first.url, second.url])
      let browser = try Browser()
      try browser.open("http://127.0.0.1:\(gateway.adminPort)/#/backends")
      try browser.click("button[data-do=drain]")
      try browser.waitForText("gets no further requests")
      try browser.waitForText("Take back")
      for _ in 0..<6 { _ = try gateway.exchange("GET /call/1") }
      #expect(first.requests.count == 0 && second.requests.count == 6)
      try browser.click("button[data-do=undrain]")
      try browser.wait("!document.querySelector('button[data-do=undrain]')")
      try gateway.write(
        """
        backends: { shop: { urls: ["${env.B1}", "${env.B2}"] } }
        routes:
          GET /call/:id: { calls: { v: GET shop /v }, response: "${path.id}" }
          GET /new: { response: here }
        """)
      try browser.open("http://127.0.0.1:\(gateway.adminPort)/#/definitions")
      try browser.click("button[data-do=reload]")
      try browser.waitForText("+ GET /new")
      #expect(try gateway.exchange("GET /new").status == 200)
      try gateway.write("routes: { GET /bad: { what: 1 } }\n")
      try browser.click("button[data-do=reload]")
      try browser.waitForText("It was refused")
      // By the keyboard alone.
      try browser.open("http://127.0.0.1:\(gateway.adminPort)/#/try/GET%20%2Fcall%2F%3Aid")
      try browser.wait("document.querySelector('input[name=\"path:id\"]')")
      _ = try browser.evaluate("document.querySelector('input[name=\"path:id\"]').focus()")
      try browser.type("a b")
      try browser.press("Enter", code: 13)
      try browser.waitForText("\"a b\"")
      try browser.click("#tried a")
      try browser.waitForText("Where the time went")
      #expect(Self.faults(browser, but: "/reload") == [])
      try gateway.stopInOrder()
    }
  }
}
