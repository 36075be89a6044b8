import Foundation

/// A self-signed certificate for 127.0.0.1, made by `openssl`; its files go with it. Immutable.
package final class Certificate: Sendable {
  package let file: String
  package let key: String
  private let folder: String

  package static func make() async throws -> Certificate {
    try await onOwnThread { try Certificate() }
  }

  private init() throws {
    folder = NSTemporaryDirectory() + "weft-certificate-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    file = folder + "/c.pem"
    key = folder + "/k.pem"
    let openssl = try Spawned(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
        "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", file,
      ])
    openssl.waitForExit()
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}
