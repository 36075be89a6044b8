import Foundation
import Front
import Glibc

/// The shares of the descriptors that the process may have, so that neither clients nor calls can take all of them: who
/// runs out of descriptors can't be asked any more. A value.
struct DescriptorBudget: Equatable {
  /// Descriptors for the admin address, and as many again for Redis, files and name servers.
  static let reserve = 2 * ServerSettings.adminConnections

  /// Client connections.
  let connections: Int
  /// Client connections above it that are told so at a time.
  let refusals: Int
  /// Connections to backends, over all loops.
  let backendConnections: Int

  /// - Parameters:
  ///   - limit: descriptors that the process may have.
  ///   - open: those that it has before it serves.
  ///   - connections: as many client connections as are wanted.
  init(limit: Int, open: Int, connections wanted: Int) {
    let left = max(limit - open - Self.reserve, 8)
    refusals = min(left / 8, 256)
    // Each client may want a backend at once.
    connections = min(wanted, (left - refusals) / 2)
    backendConnections = left - refusals - connections
  }

  /// Raises the soft limit to the hard one (getrlimit(2)) and gives it.
  static func raisedLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    if limit.rlim_cur < limit.rlim_max {
      var raised = limit
      raised.rlim_cur = limit.rlim_max
      if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
    }
    return Int(min(limit.rlim_cur, rlim_t(Int32.max)))
  }

  static var openCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 64
  }
}
