import Foundation
import Glibc
import Listening
import Logging

/// The side of a takeover that runs: gives its sockets to the next process of its user, and ends when that serves.
/// *Immutable*; its thread waits for as long as the process lives.
struct TakeoverDoor: Sendable {
  /// So long a process may take to start: its folder is read, keys are fetched.
  private static let patience = timeval(tv_sec: 120, tv_usec: 0)
  /// Then this one ends, though the other has not said goodbye.
  private static let goodbye = timeval(tv_sec: 5, tv_usec: 0)

  let listeners: [HTTPServer]
  let logger: Logger
  /// The process ends already, and its sockets with it.
  let isEnding: @Sendable () -> Bool
  /// Called once, on the thread.
  let handedOver: @Sendable () -> Void

  /// - Parameters:
  ///   - admin: the address by which it is found.
  ///   - door: what was handed over with the sockets; `nil`: it is made.
  func open(_ admin: String, _ door: CInt?) {
    guard let descriptor = door ?? TakeoverAddress.listen(admin) else {
      let detail = String(cString: strerror(errno))
      return logger.warning("no process can take over from this one", metadata: ["detail": "\(detail)"])
    }
    Thread.detachNewThread {
      while true {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else {
          // Out of descriptors, as a rule.
          if errno != EINTR { usleep(100_000) }
          continue
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let isDone = serve(connection, descriptor)
        if isDone {
          close(descriptor)
          handedOver()
        }
        close(connection)
        if isDone { return }
      }
    }
  }

  /// - Returns: whether the other process serves now.
  private func serve(_ connection: CInt, _ door: CInt) -> Bool {
    guard TakeoverAddress.isOwn(connection) else {
      logger.warning("a process of another user wants to take over: refused")
      return false
    }
    guard !isEnding() else { return false }
    wait(Self.patience, on: connection)
    guard hand(to: connection, door), heard(connection) == TakeoverWord.serves.rawValue else {
      logger.warning("the process that wanted to take over does not serve; this one goes on")
      return false
    }
    logger.notice("another process has taken over")
    for listener in listeners { try? listener.accept(false).wait() }
    var word = TakeoverWord.ends.rawValue
    _ = send(connection, &word, 1, CInt(MSG_NOSIGNAL))
    wait(Self.goodbye, on: connection)
    _ = heard(connection)
    return true
  }

  private func hand(to connection: CInt, _ door: CInt) -> Bool {
    let sockets = listeners.flatMap { $0.copySockets() }
    defer { for socket in sockets { close(socket.descriptor) } }
    guard sockets.count < PassedSockets.most else { return false }
    let passed = sockets.map { ($0.descriptor, $0.isHeld ? PassedSockets.Kind.held : .own) }
    return PassedSockets.send(passed + [(door, .door)], on: connection)
  }

  /// `nil`: it has closed, or said nothing in time.
  private func heard(_ connection: CInt) -> UInt8? {
    var word: UInt8 = 0
    return recv(connection, &word, 1, 0) == 1 ? word : nil
  }

  private func wait(_ time: timeval, on connection: CInt) {
    var time = time
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}
