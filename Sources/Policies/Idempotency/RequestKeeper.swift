import Front
import Idempotency
import Messages
import NIOCore

/// *Confined to* its front loop. Keeps the answer of one request that was the first with its key, or lets go of the key.
///
/// What fails for reasons of its own (5xx), is too long, or was never finished may be asked for again. Where a work that
/// writes is answered so and goes on, the key is free when it has ended.
final class RequestKeeper: AnswerKeeper {
  private let claim: Claim
  /// The work says when it has ended.
  private var workGoesOn = false
  private var hasEnded = false
  private var isFreeAtEnd = false

  init(_ claim: Claim) {
    self.claim = claim
  }

  /// The answer goes out.
  /// - Parameter workGoesOn: the work says when it has ended.
  /// - Returns: what its body passes.
  func collect(
    _ head: AnswerHead, _ fields: some FieldSequence, length: Int?, workGoesOn: Bool
  ) -> (any BodyFilter)? {
    self.workGoesOn = workGoesOn
    guard KeptAnswer.statuses.contains(head.status), length ?? 0 <= KeptAnswer.mostBodyBytes else {
      free()
      return nil
    }
    var kept = KeptFields()
    head.prepared?.fields.forEachField { if head.changes.keeps($0) { kept.add($0, $1) } }
    fields.forEachField { if head.changes.keeps($0) { kept.add($0, $1) } }
    head.changes.added.forEachField { kept.add($0, $1) }
    return CollectedBody(keeper: self, status: head.status, fields: kept)
  }

  fileprivate func keep(_ answer: KeptAnswer) { claim.keep(answer) }

  /// The answer is not one to be given again.
  fileprivate func free() {
    if workGoesOn && !hasEnded { isFreeAtEnd = true } else { claim.release() }
  }

  func workEnded(_ end: WorkEnd) {
    hasEnded = true
    switch end {
    case .answered:
      if isFreeAtEnd { claim.release() }
    case .missed(let answer):
      guard KeptAnswer.statuses.contains(answer.status), answer.body.count <= KeptAnswer.mostBodyBytes else {
        return claim.release()
      }
      var kept = KeptFields()
      answer.headers.forEachField { kept.add($0, $1) }
      claim.keep(KeptAnswer(status: answer.status, fields: kept, body: ByteBuffer(bytes: answer.body)))
    case .undone: claim.release()
    }
  }

  func clientLeft() { claim.leaveInDoubt() }

  func brokenOff() { claim.release() }
}

/// A body that is collected while it is passed on. A value, but for its keeper.
private struct CollectedBody: BodyFilter {
  let keeper: RequestKeeper
  let status: Int
  let fields: KeptFields
  /// `nil`: it is too long.
  private var collected: ByteBuffer? = ByteBuffer()

  init(keeper: RequestKeeper, status: Int, fields: KeptFields) {
    self.keeper = keeper
    self.status = status
    self.fields = fields
  }

  var keepsLength: Bool { true }

  mutating func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
    guard let bytes = collected?.readableBytes else { return piece }
    guard bytes + piece.readableBytes <= KeptAnswer.mostBodyBytes else {
      collected = nil
      keeper.free()
      return piece
    }
    // Copied: a piece may be a small part of what was read with it.
    collected?.writeBytes(piece.readableBytesView)
    if isLast, let collected { keeper.keep(KeptAnswer(status: status, fields: fields, body: collected)) }
    return piece
  }
}

extension KeptFields {
  /// Leaves out what is made for each answer anew, and what is for one answer alone.
  fileprivate mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
    guard case .answer = FieldOwner(name), !Self.isOfOneAnswer(name) else { return }
    let blank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    let value = value.drop(while: blank)
    let end = value.lastIndex { !blank($0) }.map { value.index(after: $0) } ?? value.startIndex
    append(name, UnsafeBufferPointer(rebasing: value[value.startIndex..<end]))
  }

  private static func isOfOneAnswer(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    switch name.count {
    case 10: HeaderName.equals(name, "set-cookie")
    case 11: HeaderName.equals(name, "set-cookie2")
    case 20: HeaderName.equals(name, "idempotency-replayed")
    default: false
    }
  }
}
