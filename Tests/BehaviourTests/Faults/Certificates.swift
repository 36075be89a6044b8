/// An authority, and certificates of servers at 127.0.0.1, made by `openssl` once for all tests. Immutable.
final class Certificates: Sendable {
  enum Server: String, Sendable, CaseIterable {
    case good, wrongName, expired, unknownAuthority
  }

  static let shared = Result { try Certificates() }

  private let folder: TemporaryFolder

  /// Paths of PEM files.
  var authority: String { path("authority.pem") }
  func certificate(_ server: Server) -> String { path("\(server).pem") }
  func key(_ server: Server) -> String { path("\(server).key") }

  private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

  private init() throws {
    folder = try TemporaryFolder()
    try makeAuthority("authority")
    try makeAuthority("stranger")
    for server in Server.allCases { try make(server) }
  }

  private func makeAuthority(_ name: String) throws {
    try openssl(
      ["req", "-x509", "-days", "2", "-subj", "/CN=\(name)", "-out", path("\(name).pem")] + newKey("\(name).key"))
  }

  private func make(_ server: Server) throws {
    let name = server == .wrongName ? "DNS:elsewhere.test" : "IP:127.0.0.1"
    try folder.write("subjectAltName=\(name)\n", to: "names")
    let request = path("\(server).csr")
    try openssl(["req", "-subj", "/CN=backend", "-out", request] + newKey("\(server).key"))
    let signer = server == .unknownAuthority ? "stranger" : "authority"
    try openssl([
      "x509", "-req", "-in", request, "-out", certificate(server), "-extfile", path("names"), "-days",
      server == .expired ? "-1" : "2", "-CA", path("\(signer).pem"), "-CAkey", path("\(signer).key"), "-CAcreateserial",
    ])
  }

  private func newKey(_ name: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path(name)]
  }

  private func openssl(_ arguments: [String]) throws {
    let child = try ChildProcess("/usr/bin/openssl", arguments)
    guard child.waitForExit() == 0 else { throw ChildProcess.Failure(what: "no certificate", child: child) }
  }
}
