import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct TLSTests {
  private func settings(_ change: (inout OriginSettings) -> Void = { _ in }) throws -> OriginSettings {
    var settings = OriginSettings()
    settings.connectTimeout = .seconds(600)
    settings.authorities = try Certificates.shared.get().authority
    settings.serverName = "backend.internal"
    change(&settings)
    return settings
  }

  @Test func aServerNameOfItsOwn() async throws {
    let server = try TLSServer.start()
    defer { server.stop() }
    let origin = Origin(address: "https://127.0.0.1:\(server.port)", settings: try settings())
    await withLoop { loop in
      let first = await loop.get(origin)
      let parts = first.text?.split(separator: ";", omittingEmptySubsequences: false) ?? []
      #expect(parts.dropLast() == ["backend.internal", "", "127.0.0.1:\(server.port)"], "\(first)")
      // Kept: the same connection again.
      #expect(await loop.get(origin).text == first.text)
    }
  }

  @Test func aCertificateThatDoesNotFitIsConnect() async throws {
    let server = try TLSServer.start()
    defer { server.stop() }
    let address = "https://127.0.0.1:\(server.port)"
    let wrong = [
      Origin(address: address, settings: try settings { $0.authorities = nil }),
      Origin(address: address, settings: try settings { $0.serverName = "other.internal" }),
      Origin(address: address, settings: try settings { $0.serverName = nil }),
      Origin(address: address, settings: try settings { $0.authorities = "/no/such/file" }),
      Origin(address: "http://127.0.0.1:\(server.port)"),
    ]
    await withLoop { loop in
      for origin in wrong.dropLast() { #expect(await loop.get(origin).word == "connect") }
      #expect(["connect", "invalid"].contains(await loop.get(wrong[4]).word))
    }
  }

  @Test func aClientCertificate() async throws {
    let server = try TLSServer.start(requiringClientCertificate: true)
    defer { server.stop() }
    let certificates = try Certificates.shared.get()
    let with = try settings {
      $0.certificate = certificates.clientCertificate
      $0.key = certificates.clientKey
    }
    let address = "https://127.0.0.1:\(server.port)"
    let origins = [Origin(address: address, settings: with), Origin(address: address, settings: try settings())]
    await withLoop { loop in
      for _ in 0..<2 {
        #expect(await loop.get(origins[0]).text?.contains(";client;") == true)
        #expect(await loop.get(origins[1]).word == "connect")
      }
    }
  }

  @Test func plainTextToATLSOriginIsConnect() async {
    let server = ScriptedServer(answering: { _ in ok() })
    await withServer(server) { loop, _ in
      #expect(await loop.get(Origin(address: "https://127.0.0.1:\(server.port)")).word == "connect")
    }
  }
}
