import DemoShop
import TestSockets
import Testing

/// What the services that write promise to those who may have to undo it.
@Suite(.ownThreads) struct BooksTests {
  /// How to ask a service for something, and to have it undone.
  struct Writing: CustomTestStringConvertible {
    let service: Service
    let request: (method: String, path: String, body: String)
    let undoing: (method: String, path: String)

    var testDescription: String { service.rawValue }

    /// The body with another content.
    var other: String { request.body.replacing("2", with: "3") }
  }

  static let all = [
    Writing(
      service: .inventory, request: ("PUT", "/reservations/a", #"{"lines":[{"sku":"P1003","quantity":2}]}"#),
      undoing: ("DELETE", "/reservations/a")),
    Writing(
      service: .payments, request: ("POST", "/payments", #"{"reference":"a","amount":2.50}"#),
      undoing: ("POST", "/payments/a/refund")),
    Writing(
      service: .orders,
      request: ("POST", "/orders", #"{"reference":"a","userId":42,"lines":[{"sku":"P1003","quantity":2}]}"#),
      undoing: ("DELETE", "/orders/a")),
  ]

  @Test(arguments: all) func theSameRequestHasNoSecondEffect(_ writing: Writing) async throws {
    try await with(writing) { call, undo, events throws in
      let first = try call(writing.request.body, "k1")
      #expect(first.status == 201)
      let second = try call(writing.request.body, "k1")
      #expect(second.status == 201 && second.text == first.text)
      // Of somebody else, or about something else.
      #expect(try call(writing.request.body, "k2").status == 409)
      #expect(try call(writing.request.body, nil).status == 409)
      #expect(try call(writing.other, "k1").status == 409)
      #expect(try events() == ["done", "repeated", "refused", "refused", "refused"])
    }
  }

  @Test(arguments: all) func whatIsUndoneStaysUndone(_ writing: Writing) async throws {
    try await with(writing) { call, undo, events throws in
      #expect(try call(writing.request.body, "k1").status == 201)
      #expect(try undo() == 204)
      #expect(try undo() == 204)
      #expect(try call(writing.request.body, "k1").status == 409)
      #expect(try events() == ["done", "undone", "nothing to undo", "refused"])
    }
  }

  @Test(arguments: all) func anUndoingThatComesFirstKeepsTheRequestFromBeingDone(_ writing: Writing) async throws {
    try await with(writing) { call, undo, events throws in
      #expect(try undo() == 404)
      #expect(try call(writing.request.body, "k1").status == 409)
      #expect(try undo() == 404)
      #expect(try events() == ["nothing to undo", "refused", "nothing to undo"])
    }
  }

  @Test(arguments: all) func nothingIsDoneForWhatIsRefused(_ writing: Writing) async throws {
    try await with(writing) { call, undo, events throws in
      for body in ["", "{}", "[]", #"{"reference":"a","amount":0,"lines":[]}"#] {
        #expect((400..<500).contains(try call(body, nil).status), "\(body)")
      }
      #expect(try events().allSatisfy { $0 == "refused" })
    }
  }

  @Test func aKeyIsOfOneRequest() async throws {
    try await withShop { _, connect in
      let payments = try connect(.payments)
      let key = ["Idempotency-Key: k"]
      func pay(_ reference: String) throws -> Int {
        try payments.call("POST", "/payments", body: #"{"reference":"\#(reference)","amount":1}"#, headers: key).status
      }
      #expect(try pay("a") == 201)
      #expect(try pay("b") == 422)
    }
  }

  @Test func stockIsWhatIsNotReserved() async throws {
    try await withShop { _, connect in
      let inventory = try connect(.inventory)
      func reserve(_ id: String, _ quantities: Int...) throws -> Int {
        let lines = quantities.map { #"{"sku":"P1001","quantity":\#($0)}"# }.joined(separator: ",")
        return try inventory.call("PUT", "/reservations/\(id)", body: "{\"lines\":[\(lines)]}").status
      }
      func available() throws -> String { try inventory.call("GET", "/stock/P1001").text }
      #expect(try reserve("a", 10) == 201)
      #expect(try available().contains(#""available":7,"#))
      #expect(try reserve("b", 4, 4) == 409)
      #expect(try reserve("b", 4, 3) == 201)
      #expect(try inventory.call("DELETE", "/reservations/a").status == 204)
      #expect(try available().contains(#""available":10,"#))
      #expect(try inventory.call("GET", "/reservations/b").status == 200)
      #expect(try inventory.call("GET", "/reservations/a").status == 404)
    }
  }

  /// Each mode before and after the work; what was done is in the books in spite of what its client was told.
  @Test(arguments: [Fault.Mode.slow, .fail, .hang, .garbage, .reset], [false, true])
  func whatAFaultLeavesDone(_ mode: Fault.Mode, isAfterWork: Bool) async throws {
    let writing = Self.all[1]
    try await withShop { shop, connect in
      var fault = Fault(mode)
      fault.isAfterWork = isAfterWork
      fault.target = .writes
      fault.delay = mode == .hang ? 0 : 1
      shop.set(fault, for: .payments)
      let client = try connect(.payments)
      let body = writing.request.body
      try client.send("POST /payments HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
      let books = try connect(.payments)
      switch mode {
      case .hang: while try !books.call("GET", "/__fault").text.contains(#""affected":1"#) {}
      case .reset: #expect(client.isReset())
      default: #expect(try client.answer().status == (mode == .fail ? 503 : mode == .slow ? 201 : 200))
      }
      let isDone = isAfterWork || mode == .slow
      #expect(try books.call("GET", "/payments/a").status == (isDone ? 200 : 404))
    }
  }

  /// The undoing overtakes a request whose client has given it up.
  @Test func aSlowRequestIsDoneThoughItsClientHasLeft() async throws {
    let writing = Self.all[2]
    try await withShop { shop, connect in
      var fault = Fault(.slow)
      fault.delay = 20
      fault.target = .writes
      shop.set(fault, for: .orders)
      let books = try connect(.orders)
      func send(_ name: String) throws {
        let client = try connect(.orders)
        let body = writing.request.body.replacing(#""a""#, with: "\"\(name)\"")
        try client.send("POST /orders HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        while try !books.call("GET", "/__fault").text.contains(#""affected":1"#) {}
        client.shut()
      }
      try send("late")
      while try books.call("GET", "/orders/late").status != 200 {}
      #expect(try books.call("DELETE", "/orders/never").status == 404)
      shop.set(fault, for: .orders)
      try send("never")
      while try !books.call("GET", "/__books").text.contains("refused") {}
      #expect(try books.call("GET", "/orders/never").status == 404)
    }
  }

  private func with(
    _ writing: Writing,
    _ body: (
      _ call: (_ body: String, _ key: String?) throws -> RawAnswer, _ undo: () throws -> Int,
      _ events: () throws -> [String]
    ) throws -> Void
  ) async throws {
    try await withShop { _, connect in
      let service = try connect(writing.service)
      try body(
        { body, key in
          try service.call(
            writing.request.method, writing.request.path, body: body,
            headers: key.map { ["Idempotency-Key: \($0)"] } ?? [])
        },
        { try service.call(writing.undoing.method, writing.undoing.path).status },
        {
          try service.call("GET", "/__books").text.matches(of: #/"event":"([^"]*)"/#).map { String($0.1) }
        })
    }
  }
}
