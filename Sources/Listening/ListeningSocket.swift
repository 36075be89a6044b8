import Glibc
import NIOCore
import NIOPosix

/// *Immutable.* A listening socket, and how it ends without a reset for anybody.
///
/// The kernel connects clients before they are accepted, and resets those that still wait when the socket is closed.
/// So new ones are kept out first, then everyone in the queue is taken, then it is closed.
struct ListeningSocket: Sendable {
  /// How long a client that was let in may take to finish its handshake: longer than most round trips.
  private static let handshakeTime: Duration = .milliseconds(100)
  private static let pollTime: Duration = .milliseconds(10)

  let channel: any Channel
  /// Those that its connections are spread over.
  let loops: [any EventLoop]
  /// Of a Unix socket that is this process's own.
  var file: UnixSocketFile?
  /// As `HandedSocket` has it.
  var isHeld = false

  /// Returns when every connection that it took is on its loop and no other comes. At the deadline it is closed in any
  /// case.
  /// - Parameter isLeft: another process listens on; who waits is left to it.
  func close(by deadline: NIODeadline, isLeft: Bool = false) async {
    if isLeft || isHeld {
      try? await accept(false).get()
      await settle()
      try? await channel.close()
      return
    }
    if deadline > .now() {
      if let file { file.remove() } else { await keepOutNewOnes() }
      try? await Task.sleep(for: min(Self.handshakeTime, .nanoseconds((deadline - .now()).nanoseconds)))
      while deadline > .now(), await hasWaiting() { try? await Task.sleep(for: Self.pollTime) }
      await settle()
    }
    try? await channel.close()
    file?.remove()
  }

  /// NIO drops connections that it accepted, but has not set up on their loops, when the channel is closed.
  private func settle() async {
    for loop in loops { try? await loop.submit {}.get() }
    try? await channel.eventLoop.submit {}.get()
  }

  /// Whether connections are taken from the queue.
  func accept(_ isOn: Bool) -> EventLoopFuture<Void> { channel.setOption(.autoRead, value: isOn) }

  /// A copy of its descriptor, which the caller closes; `nil` where it is closed. Waits for its loop, and is not to be
  /// called on one.
  func copy() -> CInt? {
    let channel = channel
    let copy = try? channel.eventLoop.submit {
      try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
        fcntl($0, F_DUPFD_CLOEXEC, 0)
      }
    }.wait()
    return copy.flatMap(\.self).flatMap { $0 < 0 ? nil : $0 }
  }

  /// Their attempts are not answered: they are made again after a second, and meet a port that is closed. Where a
  /// filter can't be had, they are accepted up to the end, and a few may be reset.
  private func keepOutNewOnes() async {
    guard let socket = channel as? any SocketOptionProvider else { return }
    try? await socket.unsafeSetSocketOption(level: .socket, name: Self.attachFilter, value: PacketFilter.noNewOnes)
      .get()
  }

  /// `SO_ATTACH_FILTER` (socket(7)).
  private static let attachFilter = NIOBSDSocket.Option(rawValue: 26)

  /// Whether connections wait to be accepted: of a listening socket, Linux gives their number in this place.
  private func hasWaiting() async -> Bool {
    guard file == nil, let socket = channel as? any SocketOptionProvider else { return false }
    return (try? await socket.getTCPInfo().get().tcpi_unacked) ?? 0 > 0
  }
}
