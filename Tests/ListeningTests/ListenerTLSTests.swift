import Foundation
import Plans
import TestSockets
import Testing
import Timing

@testable import Listening

/// When the files of a listener's certificates are read anew.
@Suite(.ownThreads) struct ListenerTLSTests {
  @Test func looksAtFiles() throws {
    let authority = try TestAuthority()
    let (one, two) = (try authority.issue("one"), try authority.issue("two"))
    let files = CertificateFiles(.pem(certificate: authority.path("now.pem"), key: authority.path("now.key")))
    func use(certificate: String, key: String) throws {
      for (from, to) in [(certificate, "now.pem"), (key, "now.key")] {
        try Data(contentsOf: URL(filePath: from)).write(to: URL(filePath: authority.path(to)), options: .atomic)
      }
    }
    func isFailure(_ look: ListenerTLS.Look) -> Bool { if case .failed = look { true } else { false } }
    try use(certificate: one.certificate, key: one.key)
    let tls = try ListenerTLS(TLSListenerPlan(certificates: [files]), isHTTP2: true)
    #expect(tls.look() == .unchanged)
    try use(certificate: two.certificate, key: two.key)
    #expect(tls.look() == .replaced)
    #expect(tls.look() == .unchanged)
    // A pair that does not fit is told of once, and what was in use is so still.
    try use(certificate: one.certificate, key: two.key)
    #expect(isFailure(tls.look()))
    #expect(tls.look() == .unchanged)
    let later = Instant.now().advanced(by: ListenerTLS.ticketLife)
    #expect(tls.look(at: later) == .rotated)
    #expect(tls.look(at: later) == .unchanged)
    try FileManager.default.removeItem(atPath: authority.path("now.key"))
    #expect(isFailure(tls.look()))
    try use(certificate: one.certificate, key: one.key)
    #expect(tls.look() == .replaced)
    var plan = TLSListenerPlan(certificates: [files])
    plan.minVersion = .tls13
    #expect(tls.look(plan) == .replaced)
    #expect(tls.look(plan) == .unchanged)
    plan.certificates.append(CertificateFiles(.pkcs12(authority.path("none"))))
    #expect(isFailure(tls.look(plan)))
  }
}
