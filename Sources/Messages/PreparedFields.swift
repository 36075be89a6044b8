import Synchronization

/// *Immutable*, but for the form that is made of it once. Fields that many answers have, such as those of a cache's
/// entry: what writes answers makes the bytes of its protocol of them only once.
package final class PreparedFields: Sendable {
  package let fields: [HeaderField]
  /// The first so many are those that a 304 has too (RFC 9110 §15.4.5).
  package let validators: Int
  private let http1 = AtomicLazyReference<Form>()

  /// The form that a protocol makes of them.
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
}
