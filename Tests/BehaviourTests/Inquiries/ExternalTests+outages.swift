import TestSockets
import Testing

extension Behaviour.ExternalTests {
  // MARK: Where it gives no answer

  @Test func whatIsNoAnswerIsA503AndIsNotKept() throws {
    let backend = try ScriptedBackend { _ in .fault(.close) }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    let answers: [ScriptedAnswer] = [
      .json("{}", status: 500), .json("{}", status: 404), .json("{}", status: 302), .fault(.close),
      .json(#""\#(String(repeating: "x", count: 17_000))""#),
    ]
    for (number, answer) in answers.enumerated() {
      backend.restart { _ in answer }
      let refused = try gateway.exchange("GET /who")
      #expect(refused.status == 503 && refused["Retry-After"] == "1", "\(number)")
    }
    backend.restart { _ in .json("{}") }
    #expect(try gateway.exchange("GET /who").status == 200)
    try gateway.stopInOrder()
  }

  /// A POST may do something: it is sent once, whatever `retry` says.
  @Test func whatMayDoSomethingIsNotRepeated() throws {
    let backend = try ScriptedBackend { _ in .json("{}", status: 503) }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    #expect(try gateway.exchange("GET /policy", token: "good").status == 503)
    #expect(backend.requests.count == 1)
    #expect(try gateway.exchange("GET /who").status == 503)
    #expect(backend.requests.count == 4)
    try gateway.stopInOrder()
  }

  @Test func anOpenDoorIsOpenOnlyWhileNobodyCanBeAsked() throws {
    let backend = try ScriptedBackend { _ in .fault(.close) }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    #expect(
      try gateway.exchange("GET /open?a=1").text
        == #"[{"provider":"open","subject":null,"plan":null,"groups":[]},null]"#)
    #expect(try gateway.exchange("GET /careful?a=1").status == 403)
    backend.restart { _ in .json("{}", status: 403) }
    #expect(try gateway.exchange("GET /open?a=1").status == 403)
    backend.restart { _ in .json("{}", status: 500) }
    #expect(try gateway.exchange("GET /open?a=1").status == 200)
    // What a client can bring about opens nothing.
    let provoked: [ScriptedAnswer] = [
      .json("{}", status: 431), .json("{}", status: 414), .json("{}", status: 400), .json("{}", status: 302),
      .json(#""\#(String(repeating: "x", count: 17_000))""#), .json(#"{"a":1,"a":2}"#),
    ]
    for (number, answer) in provoked.enumerated() {
      backend.restart { _ in answer }
      #expect(try gateway.exchange("GET /open?a=1").status == 503, "\(number)")
    }
    try gateway.stopInOrder()
    #expect(gateway.child.errors.text.contains(#/warning.*a client is let in unchecked.* provider=open/#))
  }
}
