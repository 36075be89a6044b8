import Messages
import NIOCore
import NIOEmbedded

@testable import Front
@testable import HTTP1

/// A sink without a wire: what it was given, in order. *Confined to* the test's thread, as its loop is.
package final class TestSink: AnswerSink {
  package private(set) var events: [String] = []
  /// The client takes what it is given.
  package var takes = true
  package private(set) var exchange: Exchange?
  private let loop: FrontLoop

  package init(
    _ site: Site, on eventLoop: any EventLoop = EmbeddedEventLoop(), limits: (inout ServerSettings) -> Void = { _ in }
  ) {
    var settings = testSettings()
    limits(&settings)
    loop = FrontLoop(
      index: 0, eventLoop: eventLoop, site: site, settings: settings, scheme: "http",
      load: ServerLoad(settings.limits))
  }

  package var requestsInFlight: Int { loop.load.requests.current }

  package func replace(_ site: Site) { loop.replace(site, nil) }

  /// A request comes in, whose body, if it has one, is still to come.
  @discardableResult
  package func request(
    _ method: String, _ target: String, _ headers: KeyValuePairs<String, String> = [:], body: BodyLength = .none
  ) throws -> Exchange {
    let assumed = try IncomingRequest.assumed(
      method: method, target: target, host: "x", headers: headers.map { ($0.key, $0.value) }, body: nil, captures: [])
    let exchange = Exchange(assumed.framed(body), sink: self, loop: loop, isBodyHere: body == .none)
    self.exchange = exchange
    exchange.begin()
    return exchange
  }

  /// The client goes.
  package func leave() {
    guard let exchange else { return }
    self.exchange = nil
    exchange.cutOff(status: nil, bytes: 0)
    exchange.abandon()
    exchange.leave()
  }

  private func note(_ head: AnswerHead, _ fields: some FieldSequence) {
    var names: [String] = []
    let all: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void = { name, value in
      if head.changes.keeps(name) {
        names.append(String(decoding: name, as: UTF8.self) + "=" + String(decoding: value, as: UTF8.self))
      }
    }
    fields.forEachField(all)
    names += head.changes.added.map { "\($0.name)=\($0.value)" }
    events.append("\(head.status) \(names.joined(separator: " "))".trimming())
  }

  private func finish(_ exchange: Exchange, _ bytes: Int) {
    self.exchange = nil
    exchange.finished(status: 200, bytes: bytes)
    if takes { exchange.leave() }
  }

  package func send(_ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, body: AnswerBody) {
    note(head, fields)
    switch body {
    case .bytes(let bytes): events.append(String(decoding: bytes, as: UTF8.self))
    case .buffer(let buffer): events.append(String(buffer: buffer))
    }
    finish(exchange, body.count)
  }

  package func begin(
    _ exchange: Exchange, _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, room: Int
  ) -> Bool {
    note(head, fields)
    events.append("length \(length.map(String.init) ?? "unknown")")
    return true
  }

  package func write(_ exchange: Exchange, _ piece: ByteBuffer) { events.append("+ " + String(buffer: piece)) }
  package func flush(_ exchange: Exchange) { events.append("flush") }

  package func end(_ exchange: Exchange, trailers: (some FieldSequence)?) {
    events.append("end")
    finish(exchange, 0)
  }

  package func breakOff(_ exchange: Exchange) { events.append("broken off") }
  package func isReady(_ exchange: Exchange) -> Bool { takes }
  package func askForBody(_ exchange: Exchange) { events.append("body, please") }
  package func resumeBody(_ exchange: Exchange) { events.append("more body, please") }

  package func refuse(_ exchange: Exchange, _ fault: RequestFault) {
    let head = exchange.passed(fault.answer).head
    events.append("refused")
    note(head, [HeaderField]())
  }
}

extension String {
  fileprivate func trimming() -> String { last == " " ? String(dropLast()) : self }
}

extension IncomingRequest {
  fileprivate func framed(_ length: BodyLength) -> IncomingRequest {
    self.bodyLength = length
    return self
  }
}
