import Testing
import Timing

@testable import Tracing

/// What waits for the collector, and when it is sent.
@Suite struct SpanBufferTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)
  private static let soon = start.advanced(by: SpanBuffer.delay)

  private func text(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x7B, count: count) }

  @Test func spansAreGatheredForAMoment() throws {
    let buffer = Bench()
    #expect(buffer.add(text(2), spans: 2, at: Self.start) == .wake(at: Self.soon))
    #expect(buffer.add(text(3), spans: 1, at: Self.start) == .nothing)
    #expect(buffer.due(at: Self.start) == nil)
    let batch = try buffer.sent(at: Self.soon)
    #expect(batch.spans == 3 && batch.bytes == Array("{{,{{{".utf8))
    #expect(buffer.due(at: Self.soon) == nil)
    #expect(buffer.ended(.taken(rejected: 0), chance: 0, at: Self.soon) == .nothing)
    #expect(buffer.count == 0 && buffer.takeLost() == 0)
  }

  @Test func aFullBatchIsSentAtOnce() throws {
    let buffer = Bench()
    _ = buffer.add(text(1), spans: SpanBuffer.batchSpans, at: Self.start)
    #expect(buffer.add(text(1), spans: 1, at: Self.start) == .wake(at: Self.start))
    #expect(try buffer.sent(at: Self.start).spans == SpanBuffer.batchSpans)
    #expect(buffer.ended(.taken(rejected: 0), chance: 0, at: Self.start) == .wake(at: Self.soon))
    #expect(try buffer.sent(at: Self.soon).spans == 1)
  }

  @Test func batchesAreBoundedInBytes() throws {
    let buffer = Bench()
    _ = buffer.add(text(SpanBuffer.batchBytes - 1), spans: 1, at: Self.start)
    _ = buffer.add(text(2), spans: 1, at: Self.start)
    #expect(try buffer.sent(at: Self.start).bytes.count == SpanBuffer.batchBytes - 1)
  }

  @Test func whatIsBeyondTheBoundIsLostAndCounted() throws {
    let buffer = Bench()
    let pieces = SpanBuffer.mostBytes / SpanBuffer.batchBytes
    for _ in 0..<pieces { _ = buffer.add(text(SpanBuffer.batchBytes), spans: 1, at: Self.start) }
    #expect(buffer.takeLost() == 0)
    #expect(buffer.add(text(1), spans: 7, at: Self.start) == .nothing)
    #expect(buffer.count == pieces && buffer.takeLost() == 7 && buffer.takeLost() == 0)
    // What was taken makes room.
    _ = try buffer.sent(at: Self.start)
    _ = buffer.ended(.taken(rejected: 0), chance: 0, at: Self.start)
    _ = buffer.add(text(1), spans: 7, at: Self.start)
    #expect(buffer.takeLost() == 0 && buffer.count == pieces + 6)
  }

  @Test func pausesGrowUntilTheCollectorIsBack() throws {
    let buffer = Bench()
    var now = Self.start
    _ = buffer.add(text(1), spans: 1, at: now)
    now = Self.soon
    var batch = try buffer.sent(at: Self.soon)
    var pauses: [Duration] = []
    for _ in 0..<7 {
      guard case .wake(let next) = buffer.ended(.unavailable(retryAfter: nil), chance: 1, at: now) else { break }
      pauses.append(now.duration(to: next))
      #expect(buffer.due(at: now) == nil)
      now = next
      let again = try buffer.sent(at: now)
      #expect(again == batch)
      batch = again
    }
    #expect(pauses == [1, 2, 4, 8, 16, 30, 30].map { .seconds($0) })
    #expect(buffer.ended(.taken(rejected: 0), chance: 1, at: now) == .nothing)
    _ = buffer.add(text(1), spans: 1, at: now)
    _ = try buffer.sent(at: now.advanced(by: SpanBuffer.delay))
    let first = buffer.ended(.unavailable(retryAfter: nil), chance: 1, at: now)
    #expect(first == .wake(at: now.advanced(by: SpanBuffer.firstPause)))
  }

  @Test func retryAfterIsHeardUpToABound() throws {
    for (said, pause) in [(60, 60), (86_400, 300)] {
      let buffer = Bench()
      _ = buffer.add(text(1), spans: 1, at: Self.start)
      _ = try buffer.sent(at: Self.soon)
      let step = buffer.ended(.unavailable(retryAfter: .seconds(said)), chance: 0, at: Self.soon)
      #expect(step == .wake(at: Self.soon.advanced(by: .seconds(pause))))
    }
  }

  @Test func whatIsRefusedIsLost() throws {
    let buffer = Bench()
    _ = buffer.add(text(1), spans: 4, at: Self.start)
    _ = try buffer.sent(at: Self.soon)
    #expect(buffer.ended(.refused, chance: 0, at: Self.soon) == .nothing)
    #expect(buffer.count == 0 && buffer.takeLost() == 4)
    _ = buffer.add(text(1), spans: 4, at: Self.start)
    _ = try buffer.sent(at: Self.soon)
    _ = buffer.ended(.taken(rejected: 3), chance: 0, at: Self.soon)
    #expect(buffer.takeLost() == 3)
  }

  @Test func theEndSendsWhatWaitsAndTriesNothingAgain() throws {
    #expect(Bench().flush(at: Self.start) == .flushed)
    let buffer = Bench()
    _ = buffer.add(text(1), spans: SpanBuffer.batchSpans, at: Self.start)
    _ = buffer.add(text(1), spans: 2, at: Self.start)
    #expect(buffer.flush(at: Self.start) == .wake(at: Self.start))
    _ = try buffer.sent(at: Self.start)
    #expect(buffer.ended(.taken(rejected: 0), chance: 0, at: Self.start) == .wake(at: Self.start))
    _ = try buffer.sent(at: Self.start)
    #expect(buffer.ended(.unavailable(retryAfter: nil), chance: 0, at: Self.start) == .flushed)
    #expect(buffer.takeLost() == 2 && buffer.count == 0)
  }

  @Test func theEndDoesNotWaitForAPause() throws {
    let buffer = Bench()
    _ = buffer.add(text(1), spans: 1, at: Self.start)
    _ = try buffer.sent(at: Self.soon)
    _ = buffer.ended(.unavailable(retryAfter: .seconds(60)), chance: 0, at: Self.soon)
    #expect(buffer.flush(at: Self.soon) == .wake(at: Self.soon))
    #expect(try buffer.sent(at: Self.soon).spans == 1)
    #expect(buffer.ended(.taken(rejected: 0), chance: 0, at: Self.soon) == .flushed)
  }
}

/// A buffer that is asked within expectations. *Confined to* its test.
private final class Bench {
  private var buffer = SpanBuffer()

  var count: Int { buffer.count }

  func add(_ text: [UInt8], spans: Int, at now: Instant) -> SpanBuffer.Step {
    buffer.add(text, spans: spans, at: now)
  }

  func due(at now: Instant) -> SpanBuffer.Batch? { buffer.due(at: now) }

  func sent(at now: Instant) throws -> SpanBuffer.Batch {
    let batch = buffer.due(at: now)
    return try #require(batch)
  }

  func ended(_ reception: SpanBuffer.Reception, chance: Double, at now: Instant) -> SpanBuffer.Step {
    buffer.ended(reception, chance: chance, at: now)
  }

  func flush(at now: Instant) -> SpanBuffer.Step { buffer.flush(at: now) }

  func takeLost() -> Int { buffer.takeLost() }
}
