import Foundation

/// A self-signed certificate for 127.0.0.1, made by `openssl`; gone with its owner. Immutable.
final class Certificate: Sendable {
  let file: String
  let key: String
  private let folder: URL

  init() throws {
    folder = URL(filePath: NSTemporaryDirectory()).appending(path: "weft-certificate-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    file = folder.appending(path: "c.pem").path
    key = folder.appending(path: "k.pem").path
    let openssl = try Spawned(
      "/usr/bin/openssl",
      [
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key, "-out", file,
      ])
    openssl.waitForExit()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }
}
