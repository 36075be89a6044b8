import Foundation
import Glibc
import Testing

extension Behaviour {
  /// Sockets that a supervisor has made (LISTEN_FDS), and what it is told (NOTIFY_SOCKET).
  @Suite struct ActivationTests {
    /// Binds as many sockets as there are addresses with the port 0 among the words, puts the real ports in their place, and
    /// becomes the program; a copy of it holds them as a supervisor does, until its standard input ends.
    private static let supervisor = """
      import os, socket, sys
      words, number = sys.argv[1:], 0
      for place, word in enumerate(words):
          if word != "127.0.0.1:0": continue
          made = socket.socket()
          made.bind(("127.0.0.1", 0)); made.listen(64)
          words[place] = "127.0.0.1:%d" % made.getsockname()[1]
          os.dup2(made.fileno(), 100 + number); number += 1
      for place in range(number): os.dup2(100 + place, 3 + place)
      os.closerange(3 + number, 200)
      os.environ["LISTEN_FDS"] = str(number + int(os.environ.get("MORE", "0")))
      os.environ["LISTEN_PID"] = str(os.getpid())
      os.execvp(words[0], words)
      """

    private static func start(
      _ definition: String, environment: [String: String] = [:], more: String = ""
    ) throws -> GatewayProcess {
      try GatewayProcess(
        files: ["main.yaml": definition, "gateway.yaml": "threads: 1\n\(more)"], environment: environment,
        shell: "exec /usr/bin/python3 -c '\(supervisor)'")
    }

    @Test func listenersAndTheAdminAddressUseThem() throws {
      let gateway = try Self.start("routes: { GET /a: { response: here } }\n")
      #expect(try gateway.exchange("GET /a").text == "\"here\"")
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /readyz").status == 200)
      let sockets = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(gateway.child.pid)/fd").filter {
        ["3", "4"].contains($0)
      }
      #expect(sockets.count == 2)
      try gateway.stopInOrder()
    }

    @Test func whatNothingListensOnIsAnError() throws {
      let folder = try TemporaryFolder(files: ["main.yaml": "routes: { GET /a: { response: here } }\n"])
      let result = try ChildProcess(
        "/usr/bin/python3",
        [
          "-c", Self.supervisor, try WeftBinary.path(), "run", folder.path, "--listen", "127.0.0.1:0", "--admin",
          "127.0.0.1:0",
        ], environment: ["MORE": "1"])
      #expect(result.waitForExit() == 1)
      #expect(result.errors.text.contains("descriptor 5, which was passed to this process, is no listening socket"))
    }

    @Test func whoeverStartedItIsTold() throws {
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/notify"
      let socket = try NotifySocket(path)
      let gateway = try GatewayProcess(
        files: ["main.yaml": "routes: { GET /a: { response: here } }\n"], environment: ["NOTIFY_SOCKET": path])
      #expect(socket.receive() == "READY=1\nMAINPID=\(gateway.child.pid)")
      let next = try GatewayProcess(takingOverFrom: gateway, environment: ["NOTIFY_SOCKET": path])
      #expect(socket.receive() == "READY=1\nMAINPID=\(next.child.pid)")
      #expect(gateway.child.waitForExit() == 0)
      try next.stopInOrder()
      #expect(socket.receive() == "STOPPING=1")
    }
  }
}

/// *Confined to* its test's thread. Where a supervisor is told.
private final class NotifySocket {
  private let descriptor: CInt

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, CInt(truncatingIfNeeded: SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    var patience = timeval(tv_sec: Int(Patience.seconds), tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    try #require(isBound)
  }

  deinit { close(descriptor) }

  /// The next message; `nil`: none in time.
  func receive() -> String? {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
