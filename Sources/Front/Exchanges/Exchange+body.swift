import Messages
import NIOCore

// The body of the request, from the sink to whoever wants it. All of it on the front loop.
extension Exchange {
  enum Intake {
    case dropped
    /// As a whole, of at most so many bytes.
    case collected(max: Int, [UInt8])
    case streamed
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
    case .streamed: return stream?.received(piece) == false ? .full : .taken
    case .collected(let max, var bytes):
      guard bytes.count + piece.readableBytes <= max else { return .tooLarge(Self.tooLarge(max)) }
      intake = .dropped
      bytes.append(contentsOf: piece.readableBytesView)
      intake = .collected(max: max, bytes)
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
    case .collected(_, let bytes):
      intake = .dropped
      request.body = bytes
      if beginWork() { resume(.pass) }
    }
  }

  /// More of the body is taken, after `ExchangeStream.received` has said that it is enough.
  package func resumeBody() { sink.resumeBody(self) }

  /// The body is wanted, by a client that may wait to be told so.
  package func askForBody() { sink.askForBody(self) }

  /// Has the body collected, for a stage that waits for it.
  func collectBody(atMost max: Int) -> StageStep {
    switch request.bodyLength {
    case .none: return .pass
    case .known(let length) where length > max:
      sink.refuse(self, Self.tooLarge(max))
      return .wait
    case .known(let length): intake = .collected(max: max, reserving(min(length, Self.firstReserve)))
    case .unknown: intake = .collected(max: max, [])
    }
    sink.askForBody(self)
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
  package let name = "body"
  /// In bytes.
  package let max: Int

  package init(max: Int) {
    self.max = max
  }

  /// The stage that a work needs, if any.
  package static func needed(by work: any Endpoint) -> [any Stage] {
    if case .buffered(let max) = work.body { [BodyStage(max: max)] } else { [] }
  }

  package func enter(_ exchange: Exchange) -> StageStep { exchange.collectBody(atMost: max) }
}
