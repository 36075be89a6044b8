import NIOCore
import NIOSSL
import Plans

/// What the handshakes of a listener are made with: a context of BoringSSL's for each certificate. *Immutable.* New ones
/// have new keys for session tickets, and take none of those before.
package struct ServerContexts: Sendable {
  /// What a connection waits at its end for the client's word.
  private static let shutdownTime = TimeAmount.seconds(2)

  private let certificates: ServedCertificates
  /// In the order of the certificates.
  private let contexts: [NIOSSLContext]

  /// Blocks: files are read. Throws the first thing that is wrong with them.
  /// - Parameter isHTTP2: clients may choose it.
  package init(_ plan: TLSListenerPlan, isHTTP2: Bool) throws(CertificateFault) {
    certificates = try ServedCertificates(plan.certificates)
    var contexts: [NIOSSLContext] = []
    for (certificate, files) in zip(certificates.all, plan.certificates) {
      do {
        contexts.append(try NIOSSLContext(configuration: Self.configuration(plan, certificate, isHTTP2)))
      } catch {
        throw CertificateFault(.certificate, files.path, "can't be served: \(error)")
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

  /// For one connection.
  package func handler(for serverName: String?) -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: contexts[certificates.index(for: serverName)])
  }
}

extension CertificateFiles {
  fileprivate var path: String {
    switch form {
    case .pem(let certificate, _): certificate
    case .pkcs12(let path): path
    }
  }
}
