import Foundation
import Glibc

/// A real `redis-server` on a free loopback port, with its own folder; ended by its pid. Guarded by being used by one
/// test.
final class RedisServer: @unchecked Sendable {
  struct Failure: Error { var what: String }

  /// Set for the run: `make test-redis`. Their deadlines are those of the product, so they want a machine that is not
  /// busy with all other tests.
  static let isWanted = ProcessInfo.processInfo.environment["WEFT_REDIS_TESTS"] == "1"

  let port: Int
  let socket: String
  private let folder: URL
  private let arguments: [String]
  private var process: Spawned?

  var url: String { "redis://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - arguments: of the server, `@` standing for the folder.
  ///   - sentinel: the text of a sentinel's configuration file, for a sentinel.
  init(_ arguments: [String] = [], sentinel: String? = nil) throws {
    let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "weft-redis-\(UUID().uuidString)")
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    socket = folder.appending(path: "s").path
    port = try FreePort.next()
    let common = [
      "--port", "\(port)", "--bind", "127.0.0.1", "--save", "", "--dir", folder.path, "--daemonize", "no",
      "--loglevel", "warning", "--repl-diskless-sync-delay", "0",
    ]
    let arguments = arguments.map { $0.replacingOccurrences(of: "@", with: folder.path) }
    if let sentinel {
      let file = folder.appending(path: "sentinel.conf")
      try sentinel.write(to: file, atomically: true, encoding: .utf8)
      self.arguments = [file.path, "--sentinel", "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path]
    } else {
      self.arguments = common + ["--unixsocket", socket, "--appendonly", "no"] + arguments
    }
    try start()
  }

  deinit {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  var pid: Int32 { process?.pid ?? 0 }

  /// Starts it, or starts it again, empty, on the same port.
  func start() throws {
    let process = try Spawned("/usr/bin/redis-server", arguments)
    self.process = process
    let deadline = Date(timeIntervalSinceNow: 30)
    while Date() < deadline {
      let answer = cli("PING")
      if answer.contains("PONG") || answer.contains("NOAUTH") { return }
      if !process.isRunning { throw Failure(what: "redis-server ended") }
      usleep(20_000)
    }
    throw Failure(what: "redis-server does not answer")
  }

  func kill() {
    guard let process, process.isRunning else { return }
    Glibc.kill(process.pid, SIGKILL)
    process.waitForExit()
  }

  func suspend() { Glibc.kill(pid, SIGSTOP) }
  func resume() { Glibc.kill(pid, SIGCONT) }

  /// What `redis-cli` prints for a command.
  @discardableResult
  func cli(_ arguments: String...) -> String { cli(arguments) }

  @discardableResult
  func cli(_ arguments: [String]) -> String {
    Spawned.output(of: "/usr/bin/redis-cli", ["-h", "127.0.0.1", "-p", "\(port)"] + arguments)
  }
}
