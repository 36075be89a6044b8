import Locking
import Reactor
import TestSockets
import Timing

@testable import Transfers

/// *Guarded by its mutex.* The other side of a stream: gives a body in pieces, takes an answer, pauses as told, and
/// records what happened.
final class StreamProbe: StreamDelegate, Sendable {
  struct Record: Sendable {
    var status: Int?
    var headers = HeaderBlock()
    var body: [UInt8] = []
    var trailers = HeaderBlock()
    var largestPiece = 0
    var result: Result<Void, TransferFailure>?
    var endCount = 0
    var callsAfterEnd = 0

    var text: String { String(decoding: body, as: UTF8.self) }

    var word: String {
      switch result {
      case .success: "ok"
      case .failure(.timeout): "timeout"
      case .failure(.connect): "connect"
      case .failure(.invalid): "invalid"
      case .failure(.tooLarge): "tooLarge"
      case .failure(.cancelled): "cancelled"
      case nil: "none"
      }
    }
  }

  struct State: Sendable {
    var record = Record()
    var pieces: [BodyPiece]
    var waiters: [@Sendable () -> Void] = []
    var watchers: [(condition: @Sendable (Record) -> Bool, resume: @Sendable () -> Void)] = []
  }

  enum BodyPiece: Sendable {
    case bytes([UInt8])
    /// Waits once; the test resumes.
    case wait
    case end, abort
    /// Holds up the loop's thread.
    case block(until: Gate)
  }

  private let state: Locked<State>
  private let onHead: @Sendable (StreamingTransfer) -> Void
  private let onPiece: @Sendable (StreamingTransfer, Record) -> Bool

  /// `onPiece`: false pauses.
  init(
    body: [BodyPiece] = [], onHead: @escaping @Sendable (StreamingTransfer) -> Void = { _ in },
    onPiece: @escaping @Sendable (StreamingTransfer, Record) -> Bool = { _, _ in true }
  ) {
    state = Locked(State(pieces: body))
    self.onHead = onHead
    self.onPiece = onPiece
  }

  var record: Record { state.withLock { $0.record } }

  func add(_ pieces: [BodyPiece]) {
    state.withLock { $0.pieces += pieces }
  }

  /// Returns when the condition holds.
  func wait(_ condition: @escaping @Sendable (Record) -> Bool) async {
    await withCheckedContinuation { continuation in
      let isDone = state.withLock { state in
        if condition(state.record) { return true }
        state.watchers.append((condition, { continuation.resume() }))
        return false
      }
      if isDone { continuation.resume() }
    }
  }

  func end() async -> Record {
    await wait { $0.result != nil }
    return record
  }

  func stream(_ stream: StreamingTransfer, receivedHead status: Int, headers: HeaderBlock) {
    change {
      $0.status = status
      $0.headers = headers
    }
    onHead(stream)
  }

  func stream(_ stream: StreamingTransfer, received bytes: UnsafeRawBufferPointer) -> Bool {
    let record = change {
      $0.body.append(contentsOf: bytes)
      $0.largestPiece = max($0.largestPiece, bytes.count)
    }
    return onPiece(stream, record)
  }

  func stream(_ stream: StreamingTransfer, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    while let gate = nextGate() { gate.wait() }
    return state.withLock { state in
      guard let piece = state.pieces.first else { return .wait }
      state.pieces.removeFirst()
      switch piece {
      case .block: return .wait  // taken before
      case .wait: return .wait
      case .end: return .end
      case .abort: return .abort
      case .bytes(let bytes):
        let count = min(bytes.count, buffer.count)
        buffer.copyBytes(from: bytes[..<count])
        if count < bytes.count { state.pieces.insert(.bytes(Array(bytes[count...])), at: 0) }
        return .bytes(count)
      }
    }
  }

  private func nextGate() -> Gate? {
    state.withLock { state in
      guard case .block(let gate) = state.pieces.first else { return nil }
      state.pieces.removeFirst()
      return gate
    }
  }

  func stream(_ stream: StreamingTransfer, receivedTrailers trailers: HeaderBlock) {
    change { $0.trailers = trailers }
  }

  func streamEnded(_ stream: StreamingTransfer, _ result: Result<Void, TransferFailure>) {
    change {
      $0.result = result
      $0.endCount += 1
    }
  }

  @discardableResult
  private func change(_ body: (inout Record) -> Void) -> Record {
    let (record, ready) = state.withLock { state in
      if state.record.result != nil { state.record.callsAfterEnd += 1 }
      body(&state.record)
      let record = state.record
      let ready = state.watchers.filter { $0.condition(record) }
      state.watchers.removeAll { $0.condition(record) }
      return (record, ready)
    }
    for watcher in ready { watcher.resume() }
    return record
  }
}

extension TransferLoop {
  /// Begins a stream on the loop's thread.
  func open(_ request: StreamRequest, _ probe: StreamProbe) async -> StreamingTransfer {
    await withCheckedContinuation { continuation in
      reactor.execute { continuation.resume(returning: self.stream(request, delegate: probe)) }
    }
  }

  func run(_ request: StreamRequest, _ probe: StreamProbe) async -> StreamProbe.Record {
    _ = await open(request, probe)
    return await probe.end()
  }

  /// Returns when everything that is in the loop's queue now has run.
  func settle() async {
    await withCheckedContinuation { continuation in reactor.execute { continuation.resume() } }
  }
}
