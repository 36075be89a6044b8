import Foundation
import Glibc

/// Whoever started this process, and wants to hear of it (sd_notify(3)).
enum Supervisor {
  /// Says that this process serves, and that it is the one to watch; or that it ends. Nothing, where nobody wants to know.
  static func tell(isReady: Bool) {
    guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], !path.isEmpty else { return }
    let words = Array((isReady ? "READY=1\nMAINPID=\(getpid())" : "STOPPING=1").utf8)
    let descriptor = socket(AF_UNIX, CInt(truncatingIfNeeded: SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // An @ stands for the zero of an abstract name.
    let name = path.utf8.enumerated().map { $0 == 0 && $1 == UInt8(ascii: "@") ? 0 : $1 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.prefix($0.count)) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + min(name.count, MemoryLayout.size(ofValue: address.sun_path)))
    _ = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(descriptor, words, words.count, CInt(MSG_NOSIGNAL), $0, size)
      }
    }
  }
}
