import Glibc
import Locking
import Reactor
import TestSockets

/// *Guarded by its mutex.* A TCP or unix-socket server on threads, whose every connection runs a script that may do
/// anything a broken backend does.
final class ScriptedServer: Sendable {
  typealias Script = @Sendable (Peer) -> Void

  private struct State {
    var peers: [Peer] = []
    var threads: [pthread_t] = []
    var requests = 0
    var isStopped = false
  }

  let address: String
  let port: UInt16
  private let listener: Int32
  private let script: Script
  private let isEncrypted: Bool
  private let state = Locked(State())
  private let acceptor = Locked<pthread_t?>(nil)

  /// Listens on 127.0.0.1 (or another `host` in numbers) and a free port, or on a unix socket.
  init(
    unixSocket: String? = nil, host: UInt32 = 0x7F00_0001, port wanted: UInt16 = 0, backlog: Int32 = 1024,
    isEncrypted: Bool = false, _ script: @escaping Script
  ) {
    self.script = script
    self.isEncrypted = isEncrypted
    let descriptor: Int32
    if let unixSocket {
      descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      var name = sockaddr_un()
      name.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(unixSocket.utf8)) }
      Self.bind(descriptor, &name)
      port = 0
      address = "http://local"
    } else {
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_addr.s_addr = host.bigEndian
      name.sin_port = wanted.bigEndian
      Self.bind(descriptor, &name)
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutablePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(descriptor, $0, &length) }
      }
      port = UInt16(bigEndian: name.sin_port)
      address = "\(isEncrypted ? "https" : "http")://127.0.0.1:\(port)"
    }
    listener = descriptor
    precondition(listen(listener, backlog) == 0)
    acceptor.withLock { $0 = Thread.begin { [self] in accept() } }
  }

  /// Answers every request on every connection.
  convenience init(answering answer: @escaping @Sendable (Request) -> String) {
    self.init { peer in
      while let request = peer.readRequest() { peer.send(answer(request)) }
    }
  }

  var connectionCount: Int { state.withLock { $0.peers.count } }
  var requestCount: Int { state.withLock { $0.requests } }

  func count() {
    state.withLock { $0.requests += 1 }
  }

  /// Closes everything and waits for the threads; once, however often it is called.
  func stop() {
    let peers: [Peer]? = state.withLock { state in
      if state.isStopped { return nil }
      state.isStopped = true
      return state.peers
    }
    guard let peers else { return }
    willBlock()
    shutdown(listener, Int32(SHUT_RDWR))
    acceptor.withLock { thread in
      if let running = thread { pthread_join(running, nil) }
      thread = nil
    }
    for peer in peers { peer.interrupt() }
    for thread in state.withLock({ $0.threads }) { pthread_join(thread, nil) }
    close(listener)
  }

  private func accept() {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      var one: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
      let peer = state.withLock { state in
        let tls = isEncrypted ? TLSSession(descriptor) : nil
        let peer = Peer(descriptor: descriptor, index: state.peers.count, server: self, tls: tls)
        state.peers.append(peer)
        return peer
      }
      let thread = Thread.begin { [script] in
        script(peer)
        peer.close()
      }
      state.withLock { $0.threads.append(thread) }
    }
  }

  private static func bind<Name>(_ descriptor: Int32, _ name: inout Name) {
    let code = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<Name>.size))
      }
    }
    precondition(code == 0, "bind: \(errno)")
  }
}

/// Says what it was sent: the method, the body's length as announced, the body.
func echoServer() -> ScriptedServer {
  ScriptedServer(answering: { request in
    let length = request["content-length"] ?? request["transfer-encoding"] ?? "-"
    return ok("\(request.method) \(length) \(request.text)")
  })
}
