/// An admin endpoint that serves those who may ask. *Immutable.*
struct GuardedEndpoint: Endpoint {
  let inner: any Endpoint
  let access: AdminAccess
  /// More than reading.
  let changes: Bool

  var body: BodyMode { inner.body }

  func serve(_ exchange: Exchange) {
    if let refusal = access.refusal(exchange.request, changes: changes) { return exchange.reply(refusal.reply()) }
    inner.serve(exchange)
  }
}
