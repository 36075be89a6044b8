import Messages
import NIOCore

// The body of the request, from the sink to whoever wants it. All of it on the front loop.
extension Exchange {
  enum Intake {
    case dropped
    /// As a whole, of at most so many bytes.
    case collected(max: Int, beyond: BodyStage.Beyond, [UInt8])
    case streamed
    /// Kept until the stage that waits lets the request on to who wants the body. A piece at most: no more is read.
    case held(ByteBuffer, isComplete: Bool)
  }

  /// What becomes of a piece of the body.
  package enum Reception {
    case taken
    /// Taken, and no more until `AnswerSink.resumeBody`.
    case full
    /// Nobody wants it.
    case dropped
    /// The request is refused for it.
    case tooLarge(RequestFault)
  }

  package func receive(_ piece: ByteBuffer) -> Reception {
    switch intake {
    case .dropped: return .dropped
    case .streamed:
      if let bodyLimit {
        streamedBytes += piece.readableBytes
        guard streamedBytes <= bodyLimit else { return .tooLarge(Self.tooLarge(bodyLimit)) }
      }
      return stream?.received(piece) == false ? .full : .taken
    case .held(var bytes, let isComplete):
      bytes.writeImmutableBuffer(piece)
      intake = .held(bytes, isComplete: isComplete)
      return .full
    case .collected(let max, let beyond, var bytes):
      guard bytes.count + piece.readableBytes <= max else {
        guard case .streamed = beyond else { return .tooLarge(Self.tooLarge(max)) }
        stopCollecting(bytes, piece)
        return .full
      }
      intake = .dropped
      bytes.append(contentsOf: piece.readableBytesView)
      intake = .collected(max: max, beyond: beyond, bytes)
      return .taken
    }
  }

  /// The body is complete. By the sink.
  package func bodyEnded() {
    switch intake {
    case .dropped: return
    case .streamed:
      endReceiving()
      stream?.bodyEnded()
    case .held(let bytes, _): intake = .held(bytes, isComplete: true)
    case .collected(_, _, let bytes):
      intake = .dropped
      request.body = bytes
      if beginWork() { resume(.pass) }
    }
  }

  /// A stage waits: what comes of the body is kept for who stands behind it.
  func holdBody(for route: Route) {
    guard route.takesBody, request.bodyLength != .none, request.body == nil, case .dropped = intake, isAwaited
    else { return }
    intake = .held(ByteBuffer(), isComplete: false)
  }

  /// Gives what was held to who wants it, for whom `begin` makes ready.
  func takeBody(_ begin: () -> Void) {
    guard case .held(let bytes, let isComplete) = intake else { return begin() }
    intake = .dropped
    begin()
    if bytes.readableBytes > 0 {
      switch receive(bytes) {
      case .taken: sink.resumeBody(self)
      case .full, .dropped: break
      case .tooLarge(let fault): return sink.refuse(self, fault)
      }
    }
    if isComplete { bodyEnded() }
  }

  /// More of the body is taken, after `ExchangeStream.received` has said that it is enough.
  package func resumeBody() { sink.resumeBody(self) }

  /// The body is wanted, by a client that may wait to be told so.
  package func askForBody() { sink.askForBody(self) }

  /// Has the body collected, for a stage that waits for it.
  func collectBody(atMost max: Int, beyond: BodyStage.Beyond) -> StageStep {
    switch request.bodyLength {
    case .none: return .pass
    case .known(let length) where length > max: return beyond == .streamed ? .pass : refuseBody(over: max)
    case .known(let length): collect(atMost: max, beyond, reserving(min(length, Self.firstReserve)))
    case .unknown: collect(atMost: max, beyond, [])
    }
    return .wait
  }

  private func collect(atMost max: Int, _ beyond: BodyStage.Beyond, _ bytes: [UInt8]) {
    takeBody {
      intake = .collected(max: max, beyond: beyond, bytes)
      sink.askForBody(self)
    }
  }

  /// There is more than is collected: all of it is for who streams it on, and the stage waits no longer.
  private func stopCollecting(_ bytes: [UInt8], _ piece: ByteBuffer) {
    var held = loop.allocator.buffer(bytes: bytes)
    held.writeImmutableBuffer(piece)
    intake = .held(held, isComplete: false)
    // Not from within the sink, which is about to hear that no more is taken.
    loop.eventLoop.execute { self.resume(.pass) }
  }

  /// What was collected for a stage goes on to who streams it.
  func holdCollected() {
    guard let body = request.body else { return }
    request.body = nil
    intake = .held(loop.allocator.buffer(bytes: body), isComplete: true)
  }

  /// Bounds a body that is streamed on, for a stage. Of one that nobody wants no more is read than ever.
  package func limitBody(to max: Int) -> StageStep {
    bodyLimit = max
    if case .known(let length) = request.bodyLength, length > max { return refuseBody(over: max) }
    return .pass
  }

  private func refuseBody(over max: Int) -> StageStep {
    sink.refuse(self, Self.tooLarge(max))
    return .wait
  }

  /// Bytes that a client has room made for by its word alone.
  private static let firstReserve = 64 * 1024

  private func reserving(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    return bytes
  }

  private static func tooLarge(_ max: Int) -> RequestFault {
    RequestFault(413, "the request body is longer than \(max) bytes")
  }
}

/// The stage behind which the whole body is there: nobody's is collected before the request was let in. *Immutable*.
package struct BodyStage: Stage {
  /// What becomes of a body that is longer.
  package enum Beyond: Sendable {
    case refused
    /// It is not there, and goes on to a work that streams it.
    case streamed
  }

  package let name = "body"
  /// In bytes.
  package let max: Int
  private let beyond: Beyond

  package init(max: Int, beyond: Beyond = .refused) {
    self.max = max
    self.beyond = beyond
  }

  /// The stage that a work needs, if any.
  package static func needed(by work: any Endpoint) -> [any Stage] {
    if case .buffered(let max) = work.body { [BodyStage(max: max)] } else { [] }
  }

  package func enter(_ exchange: Exchange) -> StageStep { exchange.collectBody(atMost: max, beyond: beyond) }
}
