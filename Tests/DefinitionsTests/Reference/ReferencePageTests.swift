import Foundation
import JMESPath
import JSONText
import Testing

@testable import Definitions

/// Keeps `docs/reference.md` current: `WEFT_UPDATE=1` writes it anew.
@Suite struct ReferencePageTests {
  @Test func thePageIsCurrent() throws {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    let file = root.appending(path: "docs/reference.md")
    if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
      try ReferencePage.markdown.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == ReferencePage.markdown)
  }

  @Test func everyFunctionIsDescribed() throws {
    #expect(ReferenceFunctions.rows.map { String($0.name) } == Expression.functionNames)
    for row in ReferenceFunctions.rows {
      let value = try Expression.compile(row.example).evaluate(.object(JSONObject()))
      var writer = JSONWriter()
      writer.writeCompact(value)
      #expect(String(decoding: writer.bytes, as: UTF8.self) == row.result, "\(row.example)")
    }
  }

  @Test func everyKeyIsDescribed() {
    #expect(KeySets.all.count >= 18)
    for keys in KeySets.all {
      #expect(!keys.all.isEmpty && !keys.introduction.isEmpty)
      #expect(Set(keys.all.map(\.name)).count == keys.all.count, "a key of \(keys.title) is there twice")
      for key in keys.all {
        #expect(key.summary.hasSuffix("."), "\(keys.title): \(key.name)")
        #expect(!key.isAvailable || !key.example.isEmpty, "\(keys.title): \(key.name)")
      }
    }
  }

  @Test func everyExampleIsRight() {
    for keys in KeySets.all {
      for key in keys.all where key.isAvailable && !Self.needsFile.contains("\(keys.title).\(key.name)") {
        let file = SourceFile(name: "example", text: "\(key.name): \(key.example)\n")
        let composed = YAMLComposer.compose(file)
        let loading = Loading(environment: [:], folder: ".")
        loading.add(file)
        loading.add(composed.diagnostics)
        if let value = composed.root?[key.name]?.value { key.check(value, loading) }
        #expect(composed.root?[key.name] != nil)
        #expect(loading.diagnostics.map(\.text) == [], "\(keys.title).\(key.name)")
      }
    }
  }

  /// Their examples name files that are not there.
  private static let needsFile: Set = [
    "TLS.ca", "TLS.certificate", "TLS.key", "Secret.file", "Backend.tls", "Backend.openapi", "Redis.password",
    "Redis TLS.ca",
    "Redis TLS.certificate", "Redis TLS.key", "Admin.token", "Listen.tls", "Listen TLS.certificates",
    "Listen TLS.clientCertificates", "Certificate.certificate", "Certificate.key", "Certificate.pkcs12",
    "Certificate.passphrase", "Route.files", "Files.dir", "Client certificates.ca", "Client certificates.crl",
    "gateway.yaml.auth", "Provider.apiKey", "API key.keys", "Provider.basic", "Basic.users", "Token keys.pem",
    "Token keys.file", "Token keys.tls", "Backend.oauth2", "OAuth2.clientSecret", "OAuth2.tls", "Script.file",
    "Token keys.file", "Token keys.tls", "Tracing.tls", "Backend.oauth2", "OAuth2.clientSecret", "OAuth2.tls",
  ]
}
