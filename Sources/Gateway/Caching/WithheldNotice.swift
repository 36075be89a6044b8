import Logging
import Synchronization

/// Tells the operator, once, that something is kept although its backend says that it is not to be. *Guarded by* its
/// atomic.
final class WithheldNotice: Sendable {
  private let isGiven = Atomic<Bool>(false)
  private let logger: Logger
  private let place: Logger.Metadata

  /// - Parameter call: that keeps it; `nil`: the route does.
  init(_ logger: Logger, route: String, call: String? = nil) {
    self.logger = logger
    var place: Logger.Metadata = ["route": "\(route)"]
    if let call { place["call"] = "\(call)" }
    self.place = place
  }

  func give(backend: String) {
    guard !isGiven.exchange(true, ordering: .relaxed) else { return }
    logger.warning(
      "kept although the backend says that it is not to be (`private`, `no-store` or `Vary: *`); `respectBackend: true` heeds it",
      metadata: place.merging(["backend": "\(backend)"]) { $1 })
  }
}
