import Foundation

/// An authority, a server's certificate for `backend.internal` and a client's, made once a test run by openssl.
struct Certificates: Sendable {
  static let shared = Result { try Certificates() }

  let directory: URL

  var authority: String { path("ca.pem") }
  var serverCertificate: String { path("server.pem") }
  var serverKey: String { path("server.key") }
  var clientCertificate: String { path("client.pem") }
  var clientKey: String { path("client.key") }

  private init() throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("weft-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    atexit { if let made = try? Certificates.shared.get() { try? FileManager.default.removeItem(at: made.directory) } }
    try openssl(
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority "
        + "-keyout ca.key -out ca.pem")
    try issue("server", extensions: "subjectAltName=DNS:backend.internal")
    try issue("client", extensions: "extendedKeyUsage=clientAuth")
  }

  private func issue(_ name: String, extensions: String) throws {
    try Data(extensions.utf8).write(to: directory.appendingPathComponent("\(name).ext"))
    try openssl(
      "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=\(name) -keyout \(name).key "
        + "-out \(name).csr")
    try openssl(
      "x509 -req -in \(name).csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile \(name).ext -out \(name).pem"
    )
  }

  private func openssl(_ arguments: String) throws {
    let text = "cd '\(directory.path)' && openssl \(arguments)"
    try ChildServer.run("sh", ["-c", text])
  }

  private func path(_ name: String) -> String {
    directory.appendingPathComponent(name).path
  }
}
