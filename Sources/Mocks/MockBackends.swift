import Locking
import NIOCore
import NIOHTTP1
import NIOPosix
import Scripts

/// Backends that do as scripts say, each on a port of 127.0.0.1. *Guarded by* its lock; its connections live on one thread of
/// its own.
package final class MockBackends: Sendable {
  private let scripts: [BackendScript]
  private let course: Locked<ScriptCourse>
  private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

  package init(_ scripts: [BackendScript]) {
    self.scripts = scripts
    course = Locked(ScriptCourse(scripts))
  }

  /// Their names, each once, in the order of the scripts.
  package var backends: [String] {
    var names: [String] = []
    for script in scripts where !names.contains(script.backend) { names.append(script.backend) }
    return names
  }

  /// Begins to listen, on ports in a row from `firstPort` on, or on free ones where it is 0. Returns when all listen; not to
  /// be called on an event loop, and once only.
  package func start(firstPort: Int = 0) throws -> [(backend: String, port: Int)] {
    try backends.enumerated().map { index, backend in
      let port = firstPort == 0 ? 0 : firstPort + index
      guard (0...65_535).contains(port) else { throw MockFailure("\(port) is no port; there are 0 to 65535") }
      return (backend, try listen(backend, on: port))
    }
  }

  /// Closes all connections, answered or not.
  package func stop() { try? group.syncShutdownGracefully() }

  func reply(of backend: String, to method: String, _ target: String) -> ScriptedReply? {
    course.withLock { $0.reply(of: backend, to: method, target) }
  }

  private func listen(_ backend: String, on port: Int) throws -> Int {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1024)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { [self] channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
          try pipeline.addHandler(MockHandler(self, backend))
        }
      }
    do {
      return try bootstrap.bind(host: "127.0.0.1", port: port).wait().localAddress?.port ?? port
    } catch {
      throw MockFailure("the mock of \(backend) can't listen on 127.0.0.1:\(port): \(error)")
    }
  }
}

/// Why mocks did not start.
package struct MockFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
