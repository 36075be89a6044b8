import Synchronization

/// *Immutable*, but for the forms that are made of it once. Fields that many answers have, such as those of a cache's
/// entry: what writes answers makes the bytes of its protocol of them only once, and what compresses them the answer in a
/// content coding.
package final class PreparedFields: Sendable {
  package let fields: [HeaderField]
  /// The first so many are those that a 304 has too (RFC 9110 §15.4.5).
  package let validators: Int
  private let http1 = AtomicLazyReference<Form>()
  private let br = AtomicLazyReference<Form>()
  private let zstd = AtomicLazyReference<Form>()
  private let gzip = AtomicLazyReference<Form>()
  private let keptBytes = Atomic(0)

  /// The form that a protocol, or a coding, makes of them.
  private final class Form: Sendable {
    let value: any AnyObject & Sendable

    init(_ value: any AnyObject & Sendable) {
      self.value = value
    }
  }

  package init(_ fields: [HeaderField], validators: Int) {
    self.fields = fields
    self.validators = validators
  }

  /// The form for HTTP/1.1. `make` may be called by several threads at once, the first of which counts; it always makes
  /// the same type.
  package func http1<F: AnyObject & Sendable>(_ make: (PreparedFields) -> F) -> F {
    let form = http1.load() ?? http1.storeIfNil(Form(make(self)))
    return unsafeDowncast(form.value, to: F.self)
  }

  /// The answer in a coding, where it was made; of one type always.
  package func coded<F: AnyObject & Sendable>(_ coding: AnswerCoding, as type: F.Type) -> F? {
    load(coding).map { unsafeDowncast($0.value, to: F.self) }
  }

  /// Keeps the answer in a coding. Several threads may have made it at once; the first counts.
  /// - Parameter bytes: that it takes in memory, about.
  package func keep(_ form: some AnyObject & Sendable, _ coding: AnswerCoding, bytes: Int) {
    let form = Form(form)
    let kept =
      switch coding {
      case .br: br.storeIfNil(form)
      case .zstd: zstd.storeIfNil(form)
      case .gzip: gzip.storeIfNil(form)
      }
    if kept === form { keptBytes.add(bytes, ordering: .relaxed) }
  }

  /// What the answer takes in all codings that it was made in. It never becomes less.
  package var codedBytes: Int { keptBytes.load(ordering: .relaxed) }

  private func load(_ coding: AnswerCoding) -> Form? {
    switch coding {
    case .br: br.load()
    case .zstd: zstd.load()
    case .gzip: gzip.load()
    }
  }
}
