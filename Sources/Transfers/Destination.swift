import CCurl
import Synchronization
import Timing

/// *Immutable* apart from one atomic, which is read and written relaxed. Where connections of an origin go to: what the
/// URL says, or one of the addresses of its name. libcurl keeps their connections apart.
package final class Destination: Sendable {
  /// An address to which no connection could be made comes last for so long; then one transfer tries it.
  static let shunned: Duration = .seconds(10)

  /// The address in numbers; `nil` where libcurl takes the host from the URL, or from `connectTo`.
  package let address: String?
  /// The list for `CURLOPT_CONNECT_TO`; owned.
  nonisolated(unsafe) let connectTo: UnsafeMutablePointer<curl_slist>?
  /// The instant in nanoseconds; 0: it is as good as any.
  private let shunnedUntil = Atomic<Int64>(0)

  /// The name stays in the URL, for TLS and `Host`.
  init(address: String, port: String) {
    self.address = address
    connectTo = curl_slist_append(nil, address.contains(":") ? "::[\(address)]:\(port)" : "::\(address):\(port)")
  }

  /// `connectTo`: `name:port:host:port`.
  init(connectTo: String? = nil) {
    address = nil
    self.connectTo = connectTo.flatMap { curl_slist_append(nil, $0) }
  }

  deinit {
    curl_slist_free_all(connectTo)
  }

  var isShunned: Bool { shunnedUntil.load(ordering: .relaxed) != 0 }

  func isShunned(at now: Instant) -> Bool {
    shunnedUntil.load(ordering: .relaxed) > now.nanoseconds
  }

  /// No connection could be made; or somebody is about to find out whether one can.
  func shun(at now: Instant) {
    shunnedUntil.store(now.advanced(by: Self.shunned).nanoseconds, ordering: .relaxed)
  }

  /// Notes that a connection is there.
  func worked() {
    if isShunned { shunnedUntil.store(0, ordering: .relaxed) }
  }
}
