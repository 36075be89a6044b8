import DemoShop
import TestSockets
import Testing

@Suite(.ownThreads) struct ServiceHandlerTests {
  @Test func connectionIsKept() async throws {
    try await withShop { _, connect in
      let connection = try connect(.users)
      for id in 1...20 {
        #expect(try connection.call("GET", "/users/\(id)").text.hasPrefix(#"{"id":\#(id),"#))
      }
    }
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    try await withShop(latency: .usual) { _, connect in
      let connection = try connect(.users)
      // The first takes longer than the second.
      try connection.send("GET /users?limit=0 HTTP/1.1\r\nHost: a\r\n\r\nGET /users/7 HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try connection.answer().text == #"{"count":200,"items":[]}"#)
      #expect(try connection.answer().text.hasPrefix(#"{"id":7,"#))
    }
  }

  @Test func closesWhereAsked() async throws {
    try await withShop { _, connect in
      let connection = try connect(.users)
      try connection.send("GET /users/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      let answer = try connection.answer()
      #expect(answer["connection"] == "close")
      #expect(connection.isAtEnd())
    }
  }

  @Test func headHasTheLengthAndNoBody() async throws {
    try await withShop { _, connect in
      let connection = try connect(.users)
      let head = try connection.call("HEAD", "/users/7")
      let get = try connection.call("GET", "/users/7")
      #expect(head.status == 200)
      #expect(head["content-length"] == String(get.text.utf8.count))
    }
  }

  @Test(arguments: [
    ("GET", "/nothing", 404), ("GET", "/users/999", 404), ("GET", "/users/042", 404), ("DELETE", "/users/42", 405),
    ("GET", "/users?limit=-1", 400), ("GET", "/users/%4", 400), ("GET", "/users/%FF", 400),
  ])
  func refusals(method: String, target: String, status: Int) async throws {
    try await withShop { _, connect in
      let answer = try connect(.users).call(method, target)
      #expect(answer.status == status)
      #expect(answer.text.hasPrefix(#"{"error":""#))
      if status == 405 { #expect(answer["allow"] == "GET, HEAD") }
    }
  }

  @Test func slashAtTheEndIsNothing() async throws {
    try await withShop { _, connect in
      let connection = try connect(.products)
      let plain = try connection.call("GET", "/products?limit=1")
      let slashed = try connection.call("GET", "/products/?limit=1")
      #expect(slashed.status == 200)
      #expect(slashed.text == plain.text)
    }
  }

  @Test func hugeBodyIsRefusedAndTheConnectionGoesOn() async throws {
    try await withShop { _, connect in
      let connection = try connect(.cart)
      let body = String(repeating: "x", count: 70_000)
      #expect(try connection.call("POST", "/carts/1/lines", body: body).status == 413)
      #expect(try connection.call("GET", "/carts/1").status == 200)
    }
  }

  @Test func notHTTPIsRefused() async throws {
    try await withShop { _, connect in
      let connection = try connect(.cart)
      try connection.send("hello\r\n\r\n")
      #expect(try connection.answer().status == 400)
    }
  }
}
