import Plans
import Testing

@testable import Gateway

/// How a reload takes over what `gateway.yaml` says.
@Suite struct ProcessSettingTests {
  /// A new setting of the process must say how it is taken over.
  @Test func allOfThemAreListed() {
    let nested = ["limits", "timeouts", "shutdown", "writes", "admin", "cache", "log"]
    var count = 0
    for child in Mirror(reflecting: ProcessPlan()).children {
      count += nested.contains(child.label ?? "") ? Mirror(reflecting: child.value).children.count : 1
    }
    #expect(ProcessSetting.all.count == count)
    #expect(Set(ProcessSetting.all.map(\.name)).count == count)
  }

  @Test func whatNeedsARestartStays() {
    let old = ProcessPlan()
    var new = old
    new.listeners[0].http2 = .cleartext
    (new.threads, new.logLevel, new.cache.memoryBytes) = (7, "debug", 1)
    new.limits.headerBytes = 4096
    let plan = ProcessSetting.inEffect(new, after: old, hasCache: true)
    #expect(plan.listeners == old.listeners && plan.threads == nil && plan.cache.memoryBytes == old.cache.memoryBytes)
    #expect(plan.logLevel == "debug" && plan.limits.headerBytes == 4096)
    #expect(ProcessSetting.inEffect(new, after: old, hasCache: false).cache.memoryBytes == 1)
  }

  /// Of a listener, how it speaks TLS is taken over, and whether it does is not.
  @Test func tlsIsTakenOver() {
    var old = ProcessPlan()
    let files = CertificateFiles(.pkcs12("/a"))
    old.listeners[0] = ListenerPlan(old.listeners[0].address, tls: TLSListenerPlan(certificates: [files]))
    var new = old
    new.listeners[0].tls?.minVersion = .tls13
    #expect(ProcessSetting.inEffect(new, after: old, hasCache: true).listeners == new.listeners)
    new.listeners[0].tls = nil
    #expect(ProcessSetting.inEffect(new, after: old, hasCache: true).listeners == old.listeners)
  }
}
