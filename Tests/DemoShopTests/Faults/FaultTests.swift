import DemoShop
import Glibc
import TestSockets
import Testing

@Suite(.ownThreads) struct FaultTests {
  @Test func failsUntilTold() async throws {
    try await withShop { _, connect in
      let connection = try connect(.orders)
      #expect(try connection.call("POST", "/__fault", body: #"{"mode":"fail","status":500}"#).status == 200)
      let failed = try connection.call("GET", "/orders/5001")
      #expect(failed.status == 500)
      #expect(failed.text == #"{"error":"told to fail by POST /__fault"}"#)
      #expect(try connection.call("GET", "/health").status == 500)
      #expect(try connect(.users).call("GET", "/users/42").status == 200)
      #expect(try connection.call("POST", "/__fault", body: #"{"mode":"ok"}"#).status == 200)
      #expect(try connection.call("GET", "/orders/5001").status == 200)
    }
  }

  @Test func isShown() async throws {
    try await withShop { _, connect in
      let connection = try connect(.orders)
      #expect(try connection.call("GET", "/__fault").text == #"{"mode":"ok","affected":0,"requests":0}"#)
      let body = #"{"mode":"fail","times":3,"rate":0.5}"#
      #expect(
        try connection.call("POST", "/__fault", body: body).text
          == #"{"mode":"fail","ms":0,"status":503,"rate":0.5,"left":3,"affected":0,"requests":0}"#)
      for _ in 0..<2 { _ = try connection.call("GET", "/orders/5001") }
      #expect(
        try connection.call("GET", "/__fault").text
          == #"{"mode":"fail","ms":0,"status":503,"rate":0.5,"left":2,"affected":1,"requests":2}"#)
      #expect(
        try connection.call("DELETE", "/__fault").text == #"{"mode":"ok","affected":0,"requests":2}"#)
    }
  }

  @Test func timesEndsIt() async throws {
    try await withShop { shop, connect in
      var fault = Fault(.fail)
      fault.times = 2
      shop.set(fault, for: .users)
      let connection = try connect(.users)
      let statuses = try (0..<4).map { _ in try connection.call("GET", "/users/1").status }
      #expect(statuses == [503, 503, 200, 200])
    }
  }

  @Test func isOnSomeRequestsOnly() async throws {
    try await withShop { _, connect in
      let payments = try connect(.payments)
      func statuses() throws -> [Int] {
        try ["GET /payments/a", "POST /payments", "POST /payments/a/refund"].map {
          let parts = $0.split(separator: " ").map(String.init)
          return try payments.call(parts[0], parts[1], body: parts[0] == "POST" ? "" : nil).status
        }
      }
      let plain = [404, 400, 404]
      for (place, target) in ["reads", "writes", "undoing"].enumerated() {
        _ = try payments.call("POST", "/__fault", body: #"{"mode":"fail","on":"\#(target)"}"#)
        #expect(try payments.call("GET", "/__fault").text.hasPrefix(#"{"mode":"fail","ms":0,"status":503,"on":"#))
        let expected = plain.indices.map { $0 == place ? 503 : plain[$0] }
        #expect(try statuses() == expected, "\(target)")
      }
    }
  }

  @Test func rateIsExact() async throws {
    try await withShop { shop, connect in
      var fault = Fault(.fail)
      fault.rate = 0.1
      shop.set(fault, for: .users)
      let connection = try connect(.users)
      let statuses = try (0..<40).map { _ in try connection.call("GET", "/users/1").status }
      #expect(statuses.count { $0 == 503 } == 4)
    }
  }

  @Test func slowIsRightInTheEnd() async throws {
    try await withShop { shop, connect in
      var fault = Fault(.slow)
      fault.delay = 20
      shop.set(fault, for: .users)
      let answer = try connect(.users).call("GET", "/users/1")
      #expect(answer.status == 200)
    }
  }

  @Test func hungRequestEndsWithTheShopOnly() async throws {
    let shop = DemoShop(latency: .none)
    let ports = try shop.start(firstPort: 0)
    shop.set(Fault(.hang), for: .users)
    let hung = try RawSocket(port: ports[.users] ?? 0)
    try hung.send("GET /users/1 HTTP/1.1\r\nHost: a\r\n\r\n")
    let other = try RawSocket(port: ports[.users] ?? 0)
    // The two connections race, but only until the first request was read.
    while try !other.call("GET", "/__fault").text.contains(#""affected":1"#) {}
    #expect(try other.call("POST", "/__fault", body: #"{"mode":"ok"}"#).status == 200)
    #expect(try other.call("GET", "/users/1").status == 200)
    shop.stop()
    #expect(throws: RawSocket.Failure.self) { try hung.answer() }
  }

  @Test func resetBreaksTheConnection() async throws {
    try await withShop { shop, connect in
      shop.set(Fault(.reset), for: .users)
      let connection = try connect(.users)
      try connection.send("GET /users/1 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(connection.isReset())
    }
  }

  @Test func garbageSaysItIsJSON() async throws {
    try await withShop { shop, connect in
      shop.set(Fault(.garbage), for: .users)
      let answer = try connect(.users).call("GET", "/users/1")
      #expect(answer.status == 200)
      #expect(answer["content-type"] == "application/json")
      #expect(answer.text == #"{"answer": not json at all"#)
    }
  }

  @Test(arguments: [
    ("nonsense", "the body is not JSON"),
    ("[]", "the body is a JSON object"),
    ("{}", #"\"mode\" is missing; it is one of ok, slow, fail, hang, garbage, reset"#),
    (#"{"mode":"bad"}"#, #"\"mode\" is one of ok, slow"#),
    (#"{"mode":1}"#, #"\"mode\" is one of ok, slow"#),
    (#"{"mode":"fail","state":1}"#, #"\"state\" is unknown; allowed are mode, ms, status, after, on, rate, times"#),
    (#"{"mode":"ok","ms":1}"#, "mode ok takes nothing else"),
    (#"{"mode":"hang","ms":1}"#, #"mode hang takes no \"ms\""#),
    (#"{"mode":"slow","ms":-1}"#, #"\"ms\" is a whole number from 0 to 600000"#),
    (#"{"mode":"slow","ms":1.5}"#, #"\"ms\" is a whole number"#),
    (#"{"mode":"slow","status":500}"#, #"only mode fail takes a \"status\""#),
    (#"{"mode":"fail","status":99}"#, #"\"status\" is a whole number from 200 to 599"#),
    (#"{"mode":"fail","after":1}"#, #"\"after\" is true or false"#),
    (#"{"mode":"ok","after":true}"#, "mode ok takes nothing else"),
    (#"{"mode":"fail","on":"nothing"}"#, #"\"on\" is one of all, reads, writes, undoing"#),
    (#"{"mode":"fail","rate":0}"#, #"\"rate\" is a number above 0 and up to 1"#),
    (#"{"mode":"fail","rate":"1"}"#, #"\"rate\" is a number above 0 and up to 1"#),
    (#"{"mode":"fail","times":0}"#, #"\"times\" is a whole number from 1"#),
  ])
  func refusedWithAReason(body: String, reason: String) async throws {
    try await withShop { _, connect in
      let connection = try connect(.users)
      let answer = try connection.call("POST", "/__fault", body: body)
      #expect(answer.status == 400)
      #expect(answer.text.contains(reason), "\(answer.text)")
      #expect(try connection.call("GET", "/__fault").text.hasPrefix(#"{"mode":"ok""#))
    }
  }
}
