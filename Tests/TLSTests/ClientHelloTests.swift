import Testing

@testable import TLS

@Suite struct ClientHelloTests {
  /// A hello in one record.
  private static func hello(_ extensions: [UInt8]) -> [UInt8] {
    var body: [UInt8] = [3, 3] + [UInt8](repeating: 7, count: 32)
    body += [2, 9, 9] + [0, 2, 0x13, 0x01] + [1, 0] + vector(extensions)
    return record([1, 0] + vector(body))
  }

  private static func record(_ bytes: [UInt8]) -> [UInt8] { [22, 3, 1] + vector(bytes) }

  private static func vector(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xFF)] + bytes
  }

  private static func serverName(_ name: String) -> [UInt8] { [0, 0] + vector(vector([0] + vector(Array(name.utf8)))) }

  private static let other: [UInt8] = [0, 43, 0, 3, 2, 3, 4]

  private func read(_ bytes: [UInt8]) -> ClientHello.Reading {
    var hello = ClientHello()
    return hello.read(bytes)
  }

  @Test func namesOfServers() {
    #expect(read(Self.hello(Self.other + Self.serverName("a.test"))) == .read(serverName: "a.test"))
    #expect(read(Self.hello(Self.serverName("a.test") + Self.other)) == .read(serverName: "a.test"))
    #expect(read(Self.hello(Self.other)) == .read(serverName: nil))
    #expect(read(Self.hello([])) == .read(serverName: nil))
    for name in ["", "a b", "\u{e9}.test", String(repeating: "a", count: 256)] {
      #expect(read(Self.hello(Self.serverName(name))) == .read(serverName: nil))
    }
  }

  /// In whatever pieces and records it comes.
  @Test func piecesAndRecords() {
    let whole = Self.hello(Self.serverName("a.test"))
    let records = whole.dropFirst(5).flatMap { Self.record([$0]) }
    for bytes in [whole, records] {
      var hello = ClientHello()
      for count in 0..<bytes.count {
        #expect(hello.read(bytes.prefix(count)) == .needsMore)
      }
      #expect(hello.read(bytes) == .read(serverName: "a.test"))
    }
  }

  /// The handshake says what is wrong with it.
  @Test func whatIsNoHello() {
    let whole = Self.hello(Self.serverName("a.test"))
    for index in whole.indices {
      for value in [0, 1, 255] as [UInt8] {
        var bytes = whole
        bytes[index] = value
        _ = read(bytes)
      }
    }
    #expect(read([23, 3, 3, 0, 1, 0]) == .read(serverName: nil))
    #expect(read([22, 3, 3, 0, 0]) == .read(serverName: nil))
    #expect(read([22, 3, 3, 0xFF, 0xFF]) == .read(serverName: nil))
    #expect(read(Self.record([2, 0, 0, 1, 0])) == .read(serverName: nil))
    #expect(read(Self.record([1, 1, 0, 0, 0])) == .read(serverName: nil))
    #expect(!ClientHello.canBegin(with: UInt8(ascii: "G")))
  }

  @Test func ciphers() {
    func suite(_ session: Int, _ high: UInt8, _ low: UInt8) -> CipherSuite? {
      let start: [UInt8] = [22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3]
      let random = [UInt8](repeating: 5, count: 32)
      let id = [UInt8](repeating: 6, count: session)
      return CipherSuite(serverHello: start + random + [UInt8(session)] + id + [high, low, 0, 0])
    }
    #expect(suite(32, 0x13, 0x02)?.name == "TLS_AES_256_GCM_SHA384")
    #expect(suite(0, 0xC0, 0x2F)?.name == "ECDHE-RSA-AES128-GCM-SHA256")
    #expect(suite(0, 0xC0, 0x2F)?.isForHTTP2 == true)
    #expect(suite(0, 0x00, 0x9C)?.isForHTTP2 == false)
    #expect(suite(0, 0xAB, 0xCD)?.name == "0xabcd")
    #expect(CipherSuite(serverHello: [21, 3, 3, 0, 2, 2, 40]) == nil)
    #expect(CipherSuite(serverHello: [UInt8]()) == nil)
  }
}
