import Foundation
import Testing

extension Behaviour {
  /// The strict cases of a public conformance list, against one gateway, which has to survive them all.
  @Suite struct ConformanceTests {
    @Test func everyCaseOfTheList() throws {
      let backend = try ScriptedBackend { $0.target == "/hang" ? .fault(.hang) : .json("1") }
      defer { backend.stop() }
      let gateway = try HTTP2Gateway.start(backend)
      for item in ConformanceCase.all {
        do { try item.run(port: gateway.port) } catch { Issue.record("\(item): \(error)") }
      }
      #expect(Set(ConformanceCase.all.map(\.name)).count == ConformanceCase.all.count)
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    @Test func theTableOfThePageHasThemAll() throws {
      let page = try String(contentsOfFile: "\(WeftBinary.repository)/docs/testing.md", encoding: .utf8)
      for item in ConformanceCase.all { #expect(page.contains("| \(item.name) |"), "\(item)") }
    }

    /// The port speaks HTTP/1.1, too: what is no preface is said so in that.
    @Test(arguments: ["INVALID CONNECTION PREFACE\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSX\r\n\r\n"])
    func anInvalidPreface(_ preface: String) throws {
      let gateway = try HTTP2Gateway.start()
      let client = try RawClient(port: gateway.port)
      try client.sendRaw(preface)
      #expect([400, 505].contains(try client.receive()?.status))
      #expect(try client.receive()?.status == nil)
      try gateway.stopInOrder()
    }

    @Test func aPrefaceWithoutSettings() throws {
      let gateway = try HTTP2Gateway.start()
      let client = try HTTP2Client(port: gateway.port, settings: nil)
      try client.stream.write(HTTP2Client.preface)
      try client.request(1)
      #expect(try client.end() == .protocolError && client.answers.isEmpty)
      try gateway.stopInOrder()
    }
  }
}
