import Messages
import NIOCore

// The way of the answer: through the stages that the request came through, to the sink.
extension Exchange {
  /// Answers; only the first call counts, and none after the client left. A HEAD request gets the head only. From
  /// another thread it costs one hop.
  package func answer(_ answer: Answer) { _ = take(answer) }

  /// As `answer(_:)`. False: it is too late for an answer.
  package func take(_ answer: Answer) -> Bool {
    guard settle() else { return false }
    if loop.eventLoop.inEventLoop { send(answer) } else { loop.mailbox.post(.answer(self, answer)) }
    return true
  }

  /// As `answer(_:)`, on the front loop only, for an answer that others get too: its fields are written once for all of
  /// them, and its body is sent without being copied.
  /// - Parameters:
  ///   - isNotModified: only the validators of `prepared` go out, and no body.
  ///   - fields: this answer's own, behind the others.
  package func answer(
    status: Int, _ prepared: PreparedFields, isNotModified: Bool, _ fields: some FieldSequence, body: ByteBuffer
  ) {
    loop.eventLoop.preconditionInEventLoop()
    guard settle() else { return }
    var head = loop.head(status: isNotModified ? 304 : status)
    head.prepared = prepared
    head.isNotModified = isNotModified
    head.hasRouteHeaders = true
    if let shaped = rules?.shape(prepared, fields, status: status, body, self) { return send(shaped) }
    send(&head, fields, .buffer(isNotModified ? ByteBuffer() : body))
  }

  /// As `answer(_:)`, on the front loop only, for an answer whose fields are bytes. Its body is sent without being copied.
  package func answer(status: Int, _ fields: some FieldSequence, body: ByteBuffer) {
    loop.eventLoop.preconditionInEventLoop()
    guard settle() else { return }
    var head = loop.head(status: status)
    send(&head, fields, .buffer(body))
  }

  func send(_ answer: Answer) {
    guard (200...599).contains(answer.status) else {
      loop.settings.logger.error("an answer has no usable status", metadata: ["status": "\(answer.status)"])
      return send(Problem(500).answer())
    }
    if let outcome = answer.outcome { record.outcome = outcome }
    if !answer.calls.isEmpty { record.calls = answer.calls }
    if answer.isPartial { record.isPartial = true }
    let answer = rules?.shape(answer, self) ?? answer
    var head = head(of: answer)
    send(&head, answer.headers, .bytes(answer.body))
  }

  private func send(_ head: inout AnswerHead, _ fields: some FieldSequence, _ body: AnswerBody) {
    leave(&head, fields, length: body.count)
    if filters.isEmpty || body.count <= Self.mostFilteredAtOnce {
      return sink.send(self, head, fields, body: filtered(body))
    }
    let head = head
    filter(FilteredBody(buffer(body))) { self.sink.send(self, head, fields, body: .buffer($0)) }
  }

  /// Bytes of a body that go through the filters in one go; of a larger one, pieces do. Compressing that many takes some
  /// milliseconds, which the loop's other requests wait.
  package static let mostFilteredAtOnce = 1 << 20
  private static let filteredPiece = 64 * 1024

  /// Has the loop's other requests come by between the pieces. Ends where the client has left.
  private func filter(_ body: FilteredBody, then send: @escaping (ByteBuffer) -> Void) {
    guard !filters.isEmpty else { return }
    let piece = body.rest.readSlice(length: min(body.rest.readableBytes, Self.filteredPiece)) ?? ByteBuffer()
    let isLast = body.rest.readableBytes == 0
    body.made.writeImmutableBuffer(filters.pass(piece, isLast: isLast))
    guard isLast else { return loop.eventLoop.assumeIsolated().execute { self.filter(body, then: send) } }
    filters = []
    send(body.made)
  }

  /// An answer that the sink gives by itself, as it is behind the stages that the request has entered.
  package func passed(_ answer: Answer) -> (head: AnswerHead, fields: [HeaderField], body: AnswerBody) {
    let answer = rules?.shape(answer, self) ?? answer
    var head = head(of: answer)
    leave(&head, answer.headers, length: answer.body.count)
    if route != nil { head.changes.set("Cache-Control", "no-store") }
    return (head, answer.headers, filtered(.bytes(answer.body)))
  }

  private func head(of answer: Answer) -> AnswerHead {
    var head = loop.head(status: answer.status)
    head.isProblem = answer.isProblem
    head.hasRouteHeaders = answer.hasRouteHeaders
    return head
  }

  // MARK: In pieces. On the front loop.

  /// The head of an answer whose body follows in pieces; nothing is flushed yet.
  /// - Parameters:
  ///   - hasDate: one of the fields is a `Date` to be passed on.
  ///   - length: of the body, where it is known.
  ///   - room: bytes of it that follow at once.
  /// - Returns: false where it is too late for an answer.
  package func begin(
    status: Int, _ fields: some FieldSequence, hasDate: Bool = false, length: Int?, room: Int = 0
  ) -> Bool {
    loop.eventLoop.preconditionInEventLoop()
    guard settle() else { return false }
    var head = loop.head(status: status)
    head.hasDate = hasDate
    leave(&head, fields, length: length, isPassedOn: true)
    changes = head.changes
    let keepsLength = filters.allSatisfy { $0.keepsLength }
    return sink.begin(self, head, fields, length: keepsLength ? length : nil, room: room)
  }

  /// The next piece of the body, which waits for `flush`.
  package func write(_ piece: ByteBuffer) {
    sink.write(self, filters.isEmpty ? piece : filters.pass(piece, isLast: false))
  }

  package func flush() {
    if !filters.isEmpty { sink.write(self, filters.flush()) }
    sink.flush(self)
  }

  /// The client has taken so much that the next piece may be written.
  package var isReady: Bool { sink.isReady(self) }

  /// The body is whole; the trailers are left out where there is no place for them.
  package func end(trailers: (some FieldSequence)?) {
    if !filters.isEmpty { sink.write(self, filters.pass(ByteBuffer(), isLast: true)) }
    filters = []
    sink.end(self, trailers: trailers)
  }

  /// The answer can't be finished: the client must not take what was sent for whole.
  package func breakOff() {
    keeper?.brokenOff()
    sink.breakOff(self)
  }

  // MARK: Stages

  /// The route's rules, and then the stages that the request has entered see the head, the last one first.
  /// - Parameter isPassedOn: it is not the gateway that gives the answer.
  private func leave(
    _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?, isPassedOn: Bool = false
  ) {
    rules?.apply(to: &head, fields, isPassedOn: isPassedOn, self)
    if request.client.peer.isTrusted || rules?.tellsTimes == true, let times = ServerTiming.value(record.calls) {
      head.changes.add(ServerTiming.name, times)
    }
    guard let route else { return }
    for index in route.leaving where index < nextStage {
      if let filter = route.stages[index].leave(self, &head, fields, length: length) { filters.append(filter) }
    }
  }

  private func filtered(_ body: AnswerBody) -> AnswerBody {
    if filters.isEmpty { return body }
    defer { filters = [] }
    return .buffer(filters.pass(buffer(body), isLast: true))
  }

  private func buffer(_ body: AnswerBody) -> ByteBuffer {
    switch body {
    case .bytes(let bytes): loop.allocator.buffer(bytes: bytes)
    case .buffer(let buffer): buffer
    }
  }
}

/// *Confined to* the front loop of its exchange. A body between two of its pieces.
private final class FilteredBody {
  var rest: ByteBuffer
  var made = ByteBuffer()

  init(_ body: ByteBuffer) {
    rest = body
  }
}

extension [any BodyFilter] {
  fileprivate mutating func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
    var piece = piece
    for index in indices { piece = self[index].pass(piece, isLast: isLast) }
    return piece
  }

  fileprivate mutating func flush() -> ByteBuffer {
    var piece = ByteBuffer()
    for index in indices {
      if piece.readableBytes > 0 { piece = self[index].pass(piece, isLast: false) }
      piece.writeImmutableBuffer(self[index].flush())
    }
    return piece
  }
}
