import Foundation
import Glibc
import Locking

/// A real `redis-server` on a free loopback port, with its own folder; ended by its pid with this object. What blocks
/// does so on a thread of its own. Guarded by the lock of its process; the rest is immutable.
package final class RedisServer: Sendable {
  package struct Failure: Error {
    package var what: String
  }

  private enum Sort {
    case data([String])
    case sentinel(String)
  }

  private static let mostAttempts = 10
  /// Runs out only where something is wrong.
  private static let patience: TimeInterval = 120

  package let port: Int
  /// The path of its unix socket. Everything that the tests ask goes there: whatever may listen on the port, this is
  /// the right one.
  package let socket: String
  private let folder: String
  private let arguments: [String]
  private let process = Locked<Spawned?>(nil)

  package var url: String { "redis://127.0.0.1:\(port)" }

  /// A data server with these arguments besides the usual ones, in which `@folder` and `@port` stand for its own.
  package static func start(_ arguments: [String] = []) async throws -> RedisServer {
    try await onOwnThread { try start(.data(arguments)) }
  }

  /// A sentinel with the text of a configuration file.
  package static func start(sentinel text: String) async throws -> RedisServer {
    try await onOwnThread { try start(.sentinel(text)) }
  }

  /// Somebody else may take a port between its choice and the server's start; then with another one.
  private static func start(_ sort: Sort) throws -> RedisServer {
    for _ in 1..<mostAttempts {
      let server = try RedisServer(sort)
      if try server.begin() { return server }
    }
    let server = try RedisServer(sort)
    guard try server.begin() else { throw Failure(what: "redis-server ends at once: \(server.log)") }
    return server
  }

  private init(_ sort: Sort) throws {
    let folder = NSTemporaryDirectory() + "weft-redis-\(UUID().uuidString)"
    let port = try FreePort.next()
    self.folder = folder
    self.port = port
    socket = folder + "/s"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let common = ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder, "--unixsocket", socket]
    switch sort {
    case .data(let more):
      arguments =
        common + ["--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0"]
        + more.map {
          $0.replacingOccurrences(of: "@folder", with: folder).replacingOccurrences(of: "@port", with: "\(port)")
        }
    case .sentinel(let text):
      try text.write(toFile: folder + "/sentinel.conf", atomically: true, encoding: .utf8)
      arguments = [folder + "/sentinel.conf", "--sentinel"] + common
    }
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Starts it again after `kill`, empty, on the same port.
  package func startAgain() async throws {
    try await onOwnThread {
      for _ in 0..<RedisServer.mostAttempts where try self.begin() { return }
      throw Failure(what: "redis-server ends at once: \(self.log)")
    }
  }

  /// False where it ended at once, as it does where its port is taken.
  private func begin() throws -> Bool {
    try process.withLock { $0 = try Spawned("/usr/bin/redis-server", arguments, output: folder + "/log") }
    let deadline = Date(timeIntervalSinceNow: RedisServer.patience)
    while Date() < deadline {
      let answer = ask(["PING"])
      // A server that wants a password says NOAUTH.
      if answer.contains("PONG") || answer.contains("NOAUTH") { return true }
      if process.withLock({ $0?.isRunning }) != true { return false }
      usleep(10_000)
    }
    throw Failure(what: "redis-server does not answer")
  }

  /// As a crash would: by SIGKILL. Returns when it has gone.
  package func kill() {
    process.withLock { process in
      guard let process, process.isRunning else { return }
      Glibc.kill(process.pid, SIGKILL)
      process.waitForExit()
    }
  }

  package func suspend() { signal(SIGSTOP) }

  package func resume() { signal(SIGCONT) }

  private func signal(_ number: Int32) {
    process.withLock { if let process = $0, process.isRunning { _ = Glibc.kill(process.pid, number) } }
  }

  /// What `redis-cli` prints for a command. Blocks for ever while the server is suspended.
  @discardableResult
  package func cli(_ arguments: String...) async -> String { await cli(arguments) }

  @discardableResult
  package func cli(_ arguments: [String]) async -> String {
    (try? await onOwnThread { self.ask(arguments) }) ?? ""
  }

  private func ask(_ arguments: [String]) -> String {
    Spawned.output(of: "/usr/bin/redis-cli", ["-s", socket] + arguments)
  }

  private var log: String { (try? String(contentsOfFile: folder + "/log", encoding: .utf8)) ?? "" }
}
