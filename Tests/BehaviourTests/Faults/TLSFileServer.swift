/// `openssl s_server`, which answers `GET /x` over TLS. Immutable.
final class TLSFileServer {
  let url: String
  private let folder: TemporaryFolder
  private let server: ChildProcess

  init(_ kind: Certificates.Server, answer: String) throws {
    let head = "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
    folder = try TemporaryFolder(files: ["x": head + answer])
    let certificates = try Certificates.shared.get()
    server = try ChildProcess(
      "/usr/bin/openssl",
      [
        "s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", certificates.certificate(kind), "-key",
        certificates.key(kind),
      ], folder: folder.path)
    let port = server.output.wait { $0.firstMatch(of: #/ACCEPT \S+:(\d+)\n/#).map { String($0.1) } }
    guard let port else { throw ChildProcess.Failure(what: "s_server does not listen", child: server) }
    url = "https://127.0.0.1:\(port)"
  }

  deinit { server.kill() }
}
