import CCurl
import Glibc

/// *Confined to its peer's thread.* The server's side of one TLS connection, blocking.
final class TLSSession: @unchecked Sendable {  // guarded by confinement
  private let session: OpaquePointer

  /// With the certificate for `backend.internal`; the handshake is made by the first reading.
  init(_ descriptor: Int32) {
    guard let certificates = try? Certificates.shared.get() else { preconditionFailure("no certificates") }
    // OpenSSL's `write` would raise it where the client is gone.
    signal(SIGPIPE, SIG_IGN)
    let context = SSL_CTX_new(TLS_server_method())
    SSL_CTX_use_certificate_chain_file(context, certificates.serverCertificate)
    SSL_CTX_use_PrivateKey_file(context, certificates.serverKey, SSL_FILETYPE_PEM)
    session = SSL_new(context)
    SSL_CTX_free(context)
    SSL_set_fd(session, descriptor)
    SSL_set_accept_state(session)
  }

  deinit { SSL_free(session) }

  func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    Int(SSL_read(session, bytes.baseAddress, Int32(bytes.count)))
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    Int(SSL_write(session, bytes.baseAddress, Int32(bytes.count)))
  }
}
