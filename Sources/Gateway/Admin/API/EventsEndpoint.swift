import Front
import JSONText
import Messages
import NIOCore

/// `GET /api/events`: figures each second, as server-sent events. *Immutable.*
struct EventsEndpoint: Endpoint {
  /// Streams at once: of all browsers that look at this gateway.
  static let mostStreams = 16
  private static let open = InFlight(limit: mostStreams)

  let body = BodyMode.ignored
  let api: AdminAPI

  func serve(_ exchange: Exchange) {
    guard Self.open.enter() else {
      return exchange.refuse("busy", Problem(503, detail: "\(Self.mostStreams) look already."))
    }
    let flow = EventFlow(exchange, api) { Self.open.leave() }
    flow.begin()
  }
}

/// *Confined to its front loop*; the task that makes an event only carries it: `@unchecked Sendable`. One client's stream.
private final class EventFlow: ExchangeStream, @unchecked Sendable {
  private static let pause = TimeAmount.seconds(1)

  private let exchange: Exchange
  private let api: AdminAPI
  private let ended: () -> Void
  private var isOver = false

  init(_ exchange: Exchange, _ api: AdminAPI, ended: @escaping () -> Void) {
    self.exchange = exchange
    self.api = api
    self.ended = ended
  }

  func begin() {
    let fields = [
      HeaderField("Content-Type", "text/event-stream"), HeaderField("Cache-Control", "no-store"),
      HeaderField("X-Accel-Buffering", "no"),
    ]
    guard exchange.begin(status: 200, fields, length: nil) else { return over() }
    exchange.stream = self
    exchange.flush()
    if exchange.request.method == "HEAD" { return end() }
    make { $0.overview() }
  }

  /// Figures are added up beside the loop.
  private func make(_ event: @escaping @Sendable (AdminAPI) -> JSONObject) {
    Task { [self] in
      var writer = JSONWriter(capacity: 4096)
      writer.write(event(api))
      var bytes = ByteBuffer(string: "event: figures\ndata: ")
      bytes.writeBytes(writer.bytes)
      bytes.writeString("\n\n")
      exchange.onLoop { [bytes] in self.send(bytes) }
    }
  }

  /// A client that does not keep up misses events; the next one says all.
  private func send(_ event: ByteBuffer) {
    if isOver { return }
    if api.process.state.isDraining { return end() }
    if exchange.isReady {
      exchange.write(event)
      exchange.flush()
    }
    exchange.onLoop(after: Self.pause) { [weak self] in
      guard let self, !isOver else { return }
      make { $0.tick() }
    }
  }

  private func end() {
    over()
    exchange.end(trailers: [HeaderField]?.none)
    exchange.flush()
  }

  private func over() {
    if isOver { return }
    isOver = true
    ended()
  }

  // MARK: ExchangeStream

  func received(_ bytes: ByteBuffer) -> Bool { true }
  func bodyEnded() {}
  func outputDrained() {}
  func abandoned() { over() }
}
