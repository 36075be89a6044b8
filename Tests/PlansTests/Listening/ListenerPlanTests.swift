import Messages
import Plans
import Testing

@Suite struct ListenerPlanTests {
  @Test(arguments: ["0.0.0.0:8080", "[::]:8080", "localhost:1", "unix:/run/weft/weft.sock"])
  func addressesAreReadAndWritten(_ text: String) {
    #expect(ListenerPlan.Address(text)?.description == text)
  }

  @Test(arguments: [
    "", "8080", "unix:", "unix:run/weft.sock", "unix:/a\0b", "unix:/" + String(repeating: "a", count: 107),
  ])
  func noAddresses(_ text: String) {
    #expect(ListenerPlan.Address(text) == nil)
  }

  @Test func theLongestPath() {
    let path = "/" + String(repeating: "a", count: 106)
    #expect(ListenerPlan.Address("unix:\(path)") == .unix(path: path, mode: 0o660))
  }

  @Test(arguments: [
    ("127.0.0.1:80", "127.0.0.1:80", true), ("127.0.0.1:80", "127.0.0.1:81", false),
    ("127.0.0.1:80", "127.0.0.2:80", false), ("127.0.0.1:0", "127.0.0.1:0", false), ("A.test:80", "a.test:80", true),
    ("0.0.0.0:80", "127.0.0.1:80", true), ("0.0.0.0:80", "a.test:80", true), ("0.0.0.0:80", "[::1]:80", false),
    ("[::]:80", "0.0.0.0:80", true), ("[::]:80", "127.0.0.1:80", true), ("[::]:80", "[::1]:80", true),
    ("unix:/a", "unix:/a", true), ("unix:/a", "unix:/b", false), ("unix:/a", "0.0.0.0:80", false),
  ])
  func overlaps(_ one: String, _ two: String, _ expected: Bool) throws {
    let (one, two) = (try #require(ListenerPlan.Address(one)), try #require(ListenerPlan.Address(two)))
    #expect(one.overlaps(two) == expected && two.overlaps(one) == expected)
  }

  @Test func redirectsLeadToTheFirstListenerWithTLS() {
    func listener(_ port: Int, tls: TLSListenerPlan? = nil) -> ListenerPlan {
      ListenerPlan(.tcp(ListenAddress(host: "0.0.0.0", port: port)), tls: tls)
    }
    let tls = TLSListenerPlan(certificates: [])
    var plan = ProcessPlan()
    #expect(plan.listeners.httpsPort == 443)
    plan.listeners = [ListenerPlan(.unix(path: "/a", mode: 0o600), tls: tls), listener(80)]
    #expect(plan.listeners.httpsPort == 443)
    plan.listeners += [listener(8443, tls: tls), listener(9443, tls: tls)]
    #expect(plan.listeners.httpsPort == 8443)
  }

  @Test func http2IsOnWithTLS() {
    let address = ListenerPlan.Address.unix(path: "/a", mode: 0o600)
    #expect(ListenerPlan(address).http2 == .off)
    #expect(ListenerPlan(address, tls: TLSListenerPlan(certificates: [])).http2 == .alpn)
  }

  @Test func theFieldOfHSTS() {
    var plan = HSTSPlan(maxAge: .seconds(31_536_000))
    #expect(plan.fieldValue == "max-age=31536000")
    (plan.includeSubdomains, plan.preload) = (true, true)
    #expect(plan.fieldValue == "max-age=31536000; includeSubDomains; preload")
  }
}
