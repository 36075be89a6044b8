import Glibc
import Listening
import Plans

/// The new process's side of a takeover: it has the sockets of the gateway that runs, and tells it when it serves.
/// *Immutable*; its calls block and are made one after the other.
package final class Takeover: Sendable {
  /// Longer than the other process takes to answer.
  private static let patience = timeval(tv_sec: 30, tv_usec: 0)

  let sockets: [HandedSocket]
  /// By which the process after this one asks.
  let door: CInt?
  private let connection: CInt

  /// Asks the gateway with this admin address for its sockets; blocks. `nil`: there is none.
  package convenience init?(admin: String) throws(GatewayError) {
    guard let connection = TakeoverAddress.connect(admin) else {
      if errno == ECONNREFUSED { return nil }
      throw .takeover(String(cString: strerror(errno)))
    }
    do throws(GatewayError) {
      try self.init(connection)
    } catch {
      close(connection)
      throw error
    }
  }

  private init(_ connection: CInt) throws(GatewayError) {
    guard TakeoverAddress.isOwn(connection) else { throw .takeover("the gateway that runs is another user's") }
    var patience = Self.patience
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard let passed = PassedSockets.receive(on: connection) else {
      throw .takeover("the gateway that runs did not hand its sockets over; its log may say why")
    }
    var sockets: [HandedSocket] = []
    for socket in passed where socket.kind != .door {
      guard let handed = try? HandedSocket(socket.descriptor, isHeld: socket.kind == .held) else {
        close(socket.descriptor)
        continue
      }
      sockets.append(handed)
    }
    door = passed.first { $0.kind == .door }?.descriptor
    self.sockets = sockets
    self.connection = connection
  }

  deinit { close(connection) }

  /// Says that this process serves, and waits until the other knows.
  func serves() throws(GatewayError) {
    var word = TakeoverWord.serves.rawValue
    guard send(connection, &word, 1, CInt(MSG_NOSIGNAL)) == 1, recv(connection, &word, 1, 0) == 1,
      word == TakeoverWord.ends.rawValue
    else { throw .takeover("the gateway that runs did not wait; it goes on") }
  }

  /// The other process may end: whoever has to know of this one does.
  package func complete() {
    shutdown(connection, CInt(SHUT_RDWR))
  }
}

/// What the two processes say to one another.
enum TakeoverWord: UInt8 {
  /// The new one.
  case serves = 0x52
  /// The old one.
  case ends = 0x44
}
