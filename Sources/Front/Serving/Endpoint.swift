/// What a route leads to.
package protocol Endpoint: Sendable {
  var body: BodyMode { get }

  /// Begins to answer a request. Called on the front loop, which it must not block; `exchange.reply` may come later
  /// and from any thread.
  func serve(_ exchange: Exchange)
}
