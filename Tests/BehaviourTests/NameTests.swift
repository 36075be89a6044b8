import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Backends by name, where the DNS is the test's own. The gateway has a mount namespace with another `resolv.conf`,
  /// which takes root.
  @Suite(.ownThreads) struct NameTests {
    static let lines = [
      FaultLine(
        fault: "the DNS does not answer: 200 requests at once", call: "one lookup, on one thread; `connect`, 502",
        proxy: "502", test: "twoHundredRequestsToANameThatHangsAreOneLookup"),
      FaultLine(
        fault: "the DNS does not answer in `connectTimeout`", call: "`connect`, 502", proxy: "502",
        test: "aLookupThatHangsEndsWithTheConnectTimeout"),
      FaultLine(
        fault: "one of two addresses refuses", call: "`ok` from the other, any method",
        proxy: "passed on from the other, any method", test: "anAddressThatRefusesCostsNoRequest"),
      FaultLine(
        fault: "the name leads elsewhere, the old address refuses", call: "`ok` from the new one",
        proxy: "passed on from the new one", test: "aNameThatMovesIsFollowedWithoutALoss"),
    ]

    /// The same port at several addresses of this machine; each says which.
    private func backends(_ hosts: [UInt8]) throws -> [ScriptedBackend] {
      var port: UInt16 = 0
      return try hosts.map { host in
        let backend = try ScriptedBackend(host: 0x7F00_0000 | UInt32(host), port: port) { _ in .json("\(host)") }
        port = backend.port
        return backend
      }
    }

    private func gateway(_ names: NameServer, port: UInt16, options: String = "") throws -> GatewayProcess {
      try GatewayProcess(
        files: [
          "main.yaml": """
          backends:
            b: { url: "http://backend.test:\(port)"\(options) }
          routes:
            GET /call: { timeout: 60s, calls: { v: { request: GET b /, required: true } }, response: "${v}" }
            POST /call: { timeout: 60s, calls: { v: { request: POST b /, body: 1, required: true } }, response: "${v}" }
            ANY /proxy: { timeout: 60s, proxy: b / }
          """, "gateway.yaml": "threads: 1\n",
        ], names: names)
    }

    @Test func twoHundredRequestsToANameThatHangsAreOneLookup() throws {
      let names = try NameServer(["backend.test": ["127.0.0.1"]])
      defer { names.stop() }
      names.hold()
      let backend = try backends([1])[0]
      defer { backend.stop() }
      let gateway = try gateway(names, port: backend.port, options: ", connectTimeout: 60s")
      let (threads, descriptors) = (try gateway.count(in: "task"), try gateway.count(in: "fd"))
      let clients = try (0..<200).map { _ in try RawClient(port: gateway.port) }
      for (index, client) in clients.enumerated() { try client.send("GET \(index % 2 == 0 ? "/call" : "/proxy")") }
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 200 })
      // One thread looks the name up, over a socket; a few may begin with the first requests.
      #expect(try gateway.count(in: "task") <= threads + 4)
      #expect(try gateway.count(in: "fd") <= descriptors + clients.count + 8)
      names.release()
      for client in clients { #expect(try client.receive()?.text == "1") }
      #expect(names.count(of: "backend.test") == 1)
      try gateway.stopInOrder()
    }

    @Test func aLookupThatHangsEndsWithTheConnectTimeout() throws {
      let names = try NameServer([:])
      defer { names.stop() }
      names.hold()
      let gateway = try gateway(names, port: 1, options: ", connectTimeout: 20ms")
      for _ in 0..<20 {
        let response = try gateway.exchange("GET /call")
        #expect(response.status == 502)
        #expect(response["Weft-Outcome"]?.hasPrefix("v;outcome=connect;") == true)
        #expect(try gateway.exchange("GET /proxy").status == 502)
      }
      #expect(names.count(of: "backend.test") == 1)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["/call", "/proxy"]) func requestsGoToAllAddressesOfAName(_ path: String) throws {
      let names = try NameServer(["backend.test": ["127.0.0.1", "127.0.0.2"]])
      let backends = try backends([1, 2])
      defer { for backend in backends { backend.stop() } }
      let gateway = try gateway(names, port: backends[0].port)
      for _ in 0..<20 { #expect(try gateway.exchange("GET \(path)").status == 200) }
      #expect(backends.map { $0.requests.count } == [10, 10])
      #expect(backends.map(\.connectionCount) == [1, 1])
      names.stop()
      try gateway.stopInOrder()
    }

    @Test func anAddressThatRefusesCostsNoRequest() throws {
      let names = try NameServer(["backend.test": ["127.0.0.2", "127.0.0.1"]])
      defer { names.stop() }
      let backend = try backends([1])[0]
      defer { backend.stop() }
      let gateway = try gateway(names, port: backend.port)
      for path in ["/call", "/proxy"] {
        for _ in 0..<10 {
          #expect(try gateway.exchange("GET \(path)").text == "1")
          #expect(try gateway.exchange("POST \(path)", body: "12").text == "1")
        }
      }
      #expect(backend.requests.count == 40)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["/call", "/proxy"]) func aNameThatMovesIsFollowedWithoutALoss(_ path: String) throws {
      let names = try NameServer(["backend.test": ["127.0.0.1"]])
      defer { names.stop() }
      let backends = try backends([1, 2])
      defer { backends[1].stop() }
      let gateway = try gateway(names, port: backends[0].port)
      #expect(try gateway.exchange("GET \(path)").text == "1")
      names.set("backend.test", "127.0.0.2")
      backends[0].stop()
      backends[0].waitForClosings()
      for _ in 0..<10 { #expect(try gateway.exchange("GET \(path)").text == "2") }
      #expect(try gateway.exchange("POST \(path)", body: "12").text == "2")
      try gateway.stopInOrder()
    }
  }
}
