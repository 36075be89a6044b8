/// The work of a route that sends its clients elsewhere. A value.
package struct RedirectPlan: Sendable {
  /// `https://shop.example`; empty: where the client is already. No value has a part in it.
  package var origin: String
  /// Path and query; its method and its backend mean nothing.
  package var target: RequestTemplate
  /// 301, 302, 303, 307 or 308.
  package var status = 302
  package var reads = RequestReads()

  package static let statuses = [301, 302, 303, 307, 308]

  package init(origin: String, target: RequestTemplate) {
    self.origin = origin
    self.target = target
  }

  /// The value of `Location`.
  package func location(_ values: some TemplateFiller) throws(RenderFailure) -> String {
    origin + (try values.target(of: target))
  }
}
