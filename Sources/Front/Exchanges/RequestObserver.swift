/// Who hears of each request of one front loop in the end, and only reads. *Confined to* that loop; it must take no longer than
/// counting and appending do.
package protocol RequestObserver: AnyObject {
  /// The request has its answer, or will not get one; once for each. `exchange.record` is complete, and `exchange.route`
  /// says where it went.
  func ended(_ exchange: Exchange)
  /// An answer was given to what is no request; nothing else is known of it.
  func refused(status: Int)
}

/// The observers of all front loops: counters, recent requests, spans. It lives as long as the process, so that what it has
/// survives reloads.
package protocol RequestObservers: Sendable {
  /// Returns the same one whenever asked for the same loop, which alone may use it. Any thread.
  func observer(ofLoop index: Int) -> any RequestObserver
}
