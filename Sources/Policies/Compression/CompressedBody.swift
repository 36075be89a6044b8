import Compressing
import Front
import Messages
import NIOCore

/// A body that is compressed as it comes. A value, which holds a lease.
struct CompressedBody: BodyFilter {
  private let lease: CompressorLease
  /// Some of it may be held back.
  private var isBehind = false

  init(_ lease: CompressorLease) {
    self.lease = lease
  }

  mutating func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
    if piece.readableBytes == 0 && !isLast { return piece }
    isBehind = true
    return lease.compress(piece, isLast ? .end : .more)
  }

  mutating func flush() -> ByteBuffer {
    guard isBehind else { return ByteBuffer() }
    isBehind = false
    return lease.compress(ByteBuffer(), .flush)
  }
}

/// An answer that many get, in a coding. *Immutable.*
final class CodedAnswer: Sendable {
  let fields: PreparedFields
  let body: ByteBuffer

  init(_ fields: PreparedFields, _ body: ByteBuffer) {
    self.fields = fields
    self.body = body
  }

  /// The fields of an answer in a coding, of those that it has in none.
  static func fields(of prepared: PreparedFields, _ coding: AnswerCoding) -> PreparedFields {
    let fields = prepared.fields.filter { !$0.isNamed("accept-ranges") }.map { field in
      field.isNamed("etag") ? HeaderField(field.name, coding.tag(of: field.value)) : field
    }
    return PreparedFields(
      fields + [HeaderField("Content-Encoding", coding.rawValue)], validators: prepared.validators)
  }

  /// About, with its fields and what is made of them.
  var bytes: Int { 512 + body.storageCapacity + 2 * fields.fields.estimatedBytes }
}

/// The body of an answer that many get: it is compressed for the first of them, and kept. A value.
enum KeptBody: BodyFilter {
  case kept(CodedAnswer)
  case new(CompressorLease, AnswerCoding, of: PreparedFields, PreparedFields)

  mutating func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
    switch self {
    case .kept(let answer): return answer.body
    case .new(let lease, let coding, let prepared, let fields):
      // Its storage is as large as it is.
      let answer = CodedAnswer(fields, ByteBuffer(bytes: lease.compress(piece, .end).readableBytesView))
      prepared.keep(answer, coding, bytes: answer.bytes)
      self = .kept(answer)
      return answer.body
    }
  }
}
