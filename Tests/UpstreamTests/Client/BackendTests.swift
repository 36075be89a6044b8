import Plans
import Testing
import Transfers

@testable import Upstream

struct BackendTests {
  @Test func plainBackendsHaveNothingToLock() {
    #expect(Backend(.test("http://a")).gate == nil)
    #expect(Backend(.test("http://a") { $0.retry = BackendPlan.Retry() }).gate == nil)
    #expect(Backend(.test("http://a") { $0.maxConcurrent = 1 }).gate != nil)
    let guarded = Backend(.test("http://a") { $0.breaker = BackendPlan.Breaker() })
    #expect(guarded.gate == nil && guarded.addresses[0].breaker != nil)
    #expect(Backend(.test("http://a")).addresses[0].breaker == nil)
  }

  @Test func originsAreReachedAsThePlanSays() {
    var plan = BackendPlan.test("https://a:8443")
    plan.addresses[0].unixSocket = "/run/a.sock"
    plan.connectTimeout = .milliseconds(100)
    plan.version = .http2PriorKnowledge
    plan.tls.authorities = "ca.pem"
    plan.tls.certificate = "client.pem"
    plan.tls.key = "client.key"
    plan.tls.serverName = "internal"
    plan.tls.verify = false
    let settings = Backend(plan).addresses[0].origin.settings
    #expect(settings.unixSocket == "/run/a.sock")
    #expect(settings.connectTimeout == .milliseconds(100))
    #expect(settings.version == .http2PriorKnowledge)
    #expect(settings.authorities == "ca.pem")
    #expect(settings.certificate == "client.pem")
    #expect(settings.key == "client.key")
    #expect(settings.serverName == "internal")
    #expect(!settings.verifies)
  }

  @Test(arguments: [("", "/a?b"), ("/base", "/base/a?b")])
  func targetsGoBelowTheBasePath(basePath: String, target: String) {
    var plan = BackendPlan.test("http://a")
    plan.addresses[0].basePath = basePath
    let address = Backend(plan).addresses[0]
    #expect(address.target("/a?b") == target)
    #expect(address.name == "http://a" + basePath)
  }

  @Test func repeatingIsAllowedOneWayOrAnother() {
    let plain = Backend(.test("http://a"))
    let idempotent = Backend(.test("http://a") { $0.idempotent = true })
    #expect(plain.isRepeatable("GET", allowed: false))
    #expect(!plain.isRepeatable("POST", allowed: false))
    #expect(plain.isRepeatable("POST", allowed: true))
    #expect(idempotent.isRepeatable("POST", allowed: false))
  }
}
