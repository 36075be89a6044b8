import NIOCore
import NIOSSL
import Plans

/// What the handshakes of a listener are made with: a context of BoringSSL's for each certificate. *Immutable.* New ones
/// have new keys for session tickets, and take none of those before.
package struct ServerContexts: Sendable {
  /// What a connection waits at its end for the client's word.
  private static let shutdownTime = TimeAmount.seconds(2)

  package let certificates: ServedCertificates
  /// In the order of the certificates.
  private let contexts: [NIOSSLContext]
  private let verifier: ClientVerifier?

  /// Blocks: files are read. Throws the first thing that is wrong with them.
  /// - Parameter isHTTP2: clients may choose it.
  package init(_ plan: TLSListenerPlan, isHTTP2: Bool) throws(CertificateFault) {
    certificates = try ServedCertificates(plan.certificates)
    let clients = plan.clientCertificates.map { ClientCertificateReading($0) }
    if let fault = clients?.faults.first(where: { !$0.isWarning }) { throw fault }
    verifier = clients?.verifier
    var contexts: [NIOSSLContext] = []
    for (certificate, files) in zip(certificates.all, plan.certificates) {
      var configuration = Self.configuration(plan, certificate, isHTTP2)
      if let clients { configuration.ask(clients, plan.clientCertificates?.verification) }
      do {
        contexts.append(try NIOSSLContext(configuration: configuration))
      } catch {
        throw CertificateFault(.certificate, files.paths[0], "can't be served: \(error)")
      }
    }
    self.contexts = contexts
  }

  private static func configuration(
    _ plan: TLSListenerPlan, _ certificate: ServedCertificate, _ isHTTP2: Bool
  ) -> TLSConfiguration {
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificate.chain.map { .certificate($0) }, privateKey: .privateKey(certificate.key))
    configuration.minimumTLSVersion = plan.minVersion == .tls13 ? .tlsv13 : .tlsv12
    configuration.cipherSuites = plan.ciphers
    configuration.applicationProtocols = isHTTP2 ? ["h2", "http/1.1"] : ["http/1.1"]
    configuration.shutdownTimeout = shutdownTime
    return configuration
  }

  private init(_ contexts: [NIOSSLContext], as old: ServerContexts) {
    self.contexts = contexts
    (certificates, verifier) = (old.certificates, old.verifier)
  }

  /// When the certificates end, in their order; in seconds since 1970.
  package var ends: [Int] { certificates.all.map(\.notAfter) }

  /// The same with new keys for session tickets; `nil` where BoringSSL fails.
  package func renewed() -> ServerContexts? {
    guard let contexts = try? contexts.map({ try NIOSSLContext(configuration: $0.configuration) }) else { return nil }
    return ServerContexts(contexts, as: self)
  }

  /// For one connection.
  /// - Parameter refused: is told what is wrong with a client's certificate.
  package func handler(for serverName: String?, refused: @escaping (String) -> Void) -> NIOSSLServerHandler {
    let context = contexts[certificates.index(for: serverName)]
    guard let verifier else { return NIOSSLServerHandler(context: context) }
    return NIOSSLServerHandler(context: context) { chain, promise in
      let fault = verifier.fault(of: chain)
      if let fault { refused(fault) }
      promise.succeed(fault == nil ? .certificateVerified : .failed)
    }
  }
}

extension TLSConfiguration {
  /// Clients are told whose certificates are taken, where these are authorities.
  fileprivate mutating func ask(
    _ clients: ClientCertificateReading, _ verification: TLSListenerPlan.ClientCertificates.Verification?
  ) {
    certificateVerification = verification == .request ? .optionalVerification : .noHostnameVerification
    trustRoots = .certificates(clients.authorities)
    sendCANameList = clients.verifier?.trustsAuthoritiesAlone == true
  }
}
