import Foundation
import Glibc

/// An authority, and what it signs: made by `openssl` in a folder that goes with it. *Immutable*; making certificates
/// blocks.
package final class TestAuthority: Sendable {
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// A certificate and its key, in PEM.
  package struct Issued: Sendable {
    package let certificate: String
    package let key: String
  }

  package let folder: String
  /// Its own certificate, in PEM.
  package var certificate: String { path("authority.pem") }

  package init() throws {
    folder = NSTemporaryDirectory() + "weft-authority-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try openssl(
      ["req", "-x509", "-days", "3650", "-subj", "/CN=authority", "-out", "authority.pem"] + newKey("authority.key"))
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  package func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// `NAME.pem` and `NAME.key`.
  /// - Parameters:
  ///   - names: subject alternative names: `DNS:a.test`, `IP:127.0.0.1`.
  ///   - days: until it expires; -1: it has.
  @discardableResult
  package func issue(_ name: String, _ names: [String] = ["DNS:localhost"], days: Int = 90) throws -> Issued {
    let extensions = names.isEmpty ? "basicConstraints=CA:FALSE" : "subjectAltName=\(names.joined(separator: ","))"
    try Data("\(extensions)\n".utf8).write(to: URL(filePath: path("\(name).ext")))
    try openssl(["req", "-subj", "/CN=\(name)", "-out", "\(name).csr"] + newKey("\(name).key"))
    try openssl([
      "x509", "-req", "-in", "\(name).csr", "-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial",
      "-days", "\(days)", "-extfile", "\(name).ext", "-out", "\(name).pem",
    ])
    return Issued(certificate: path("\(name).pem"), key: path("\(name).key"))
  }

  /// A list of those that it takes back, in `NAME`.
  package func revoke(_ certificates: [String], list name: String = "list.crl") throws {
    let settings = """
      [ca]
      default_ca = it
      [it]
      database = index.txt
      crlnumber = crlnumber
      certificate = authority.pem
      private_key = authority.key
      default_md = sha256
      default_crl_days = 30
      default_days = 30

      """
    try Data(settings.utf8).write(to: URL(filePath: path("ca.conf")))
    if !FileManager.default.fileExists(atPath: path("index.txt")) {
      try Data().write(to: URL(filePath: path("index.txt")))
      try Data("01\n".utf8).write(to: URL(filePath: path("crlnumber")))
    }
    for certificate in certificates { try openssl(["ca", "-config", "ca.conf", "-revoke", certificate]) }
    try openssl(["ca", "-config", "ca.conf", "-gencrl", "-out", name])
  }

  private func newKey(_ name: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", name]
  }

  /// Runs it in the folder.
  package func openssl(_ words: [String]) throws {
    let errors = open(path("errors"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(errors) }
    // The folder is a word of the shell's own.
    let pid = try spawn(["sh", "-c", "cd \"$0\" && exec openssl \"$@\"", folder] + words, errors: errors)
    var status: Int32 = 0
    willBlock()
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else {
      let said = (try? String(contentsOfFile: path("errors"), encoding: .utf8)) ?? ""
      throw Failure(description: "openssl \(words.joined(separator: " ")): \(said)")
    }
  }
}
