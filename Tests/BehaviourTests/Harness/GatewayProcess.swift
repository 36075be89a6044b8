import Foundation
import Testing

/// `weft run` over a folder of definitions, on free ports. Immutable.
final class GatewayProcess: Sendable {
  let child: ChildProcess
  let port: UInt16
  let adminPort: UInt16
  private let folder: TemporaryFolder

  /// Starts it and waits until it says where it listens. `names`: the only DNS server that it knows.
  convenience init(
    files: [String: String], environment: [String: String] = [:], readsErrors: Bool = true, names: NameServer? = nil,
    shell: String? = nil, watches: Bool = false
  ) throws {
    let folder = try TemporaryFolder(files: files)
    let child = try WeftBinary.start(
      Self.command(folder, 0, 0) + (watches ? ["--watch"] : []), environment: environment, readsErrors: readsErrors,
      names: names, shell: shell)
    try self.init(folder, child)
  }

  /// Of the same folder and with the same addresses, in place of `former`.
  convenience init(takingOverFrom former: GatewayProcess, environment: [String: String] = [:]) throws {
    let command = Self.command(former.folder, former.port, former.adminPort)
    try self.init(former.folder, try WeftBinary.start(command + ["--takeover"], environment: environment))
  }

  private init(_ folder: TemporaryFolder, _ child: ChildProcess) throws {
    guard let ports = child.output.wait(for: Self.ports) else {
      child.kill()
      _ = child.waitForExit()
      throw ChildProcess.Failure(what: "weft run did not say where it listens", child: child)
    }
    self.folder = folder
    self.child = child
    (port, adminPort) = ports
  }

  private static func command(_ folder: TemporaryFolder, _ port: UInt16, _ admin: UInt16) -> [String] {
    ["run", folder.path, "--listen", "127.0.0.1:\(port)", "--admin", "127.0.0.1:\(admin)"]
  }

  /// One definition file, with `B1`, `B2`, … in its environment.
  convenience init(
    _ definition: String, backends: [String] = [], gateway: String? = nil, shell: String? = nil, watches: Bool = false
  ) throws {
    var files = ["main.yaml": definition]
    files["gateway.yaml"] = gateway
    let names = backends.enumerated().map { ("B\($0 + 1)", $1) }
    try self.init(files: files, environment: Dictionary(uniqueKeysWithValues: names), shell: shell, watches: watches)
  }

  deinit { if !child.hasEnded { child.kill() } }

  /// Runs one of one definition file before a backend, and stops both behind `body`, the gateway in order.
  static func run(
    _ definition: String, gateway settings: String? = nil, _ script: @escaping ScriptedBackend.Script,
    _ body: (GatewayProcess, ScriptedBackend) throws -> Void
  ) throws {
    let backend = try ScriptedBackend(script)
    defer { backend.stop() }
    let gateway = try GatewayProcess(definition, backends: [backend.url], gateway: settings)
    try body(gateway, backend)
    try gateway.stopInOrder()
  }

  static func ports(in output: String) -> (UInt16, UInt16)? {
    guard
      let main = output.firstMatch(of: #/listening on https?://[^\s]*?:(\d+)\b/#).flatMap({ UInt16($0.1) }),
      let admin = output.firstMatch(of: #/admin on http://[^\s]*?:(\d+)\b/#).flatMap({ UInt16($0.1) })
    else { return nil }
    return (main, admin)
  }

  func exchange(_ requestLine: String, headers: [String] = [], body: String? = nil) throws -> RawResponse {
    try RawClient.exchange(port: port, requestLine, headers: headers, body: body.map { Array($0.utf8) })
  }

  /// The first answer of another status: what is fetched in the background is there by then.
  func exchange(_ requestLine: String, headers: [String] = [], past status: Int) throws -> RawResponse {
    let deadline = Patience.deadline
    while true {
      let response = try exchange(requestLine, headers: headers)
      if response.status != status || deadline.timeIntervalSinceNow < 0 { return response }
      usleep(5_000)
    }
  }

  /// The answers to `count` requests that all were on their way before the first answer was read.
  func exchangeAtOnce(_ count: Int, _ requestLine: (Int) -> String) throws -> [RawResponse] {
    let clients = try (0..<count).map { _ in try RawClient(port: port) }
    for (index, client) in clients.enumerated() { try client.send(requestLine(index)) }
    return try clients.map { client in
      guard let response = try client.receive() else {
        throw ChildProcess.Failure(what: "a connection was closed without an answer", child: child)
      }
      return response
    }
  }

  /// Of definitions.
  var path: String { folder.path }

  func write(_ text: String, to name: String = "main.yaml") throws { try folder.write(text, to: name) }

  /// Has it read its folder, and waits for what it says to that.
  func reload(headers: [String] = RawClient.admin) throws -> RawResponse {
    try RawClient.exchange(port: adminPort, "POST /reload", headers: headers)
  }

  /// Waits until its log has the text.
  func logs(_ text: String) -> Bool { child.errors.wait { $0.contains(text) ? true : nil } == true }

  func logs(_ pattern: some RegexComponent) -> Bool { child.errors.wait { $0.contains(pattern) ? true : nil } == true }

  /// A client sends a request, and leaves once `backend` was asked so often.
  func leave(_ requestLine: String, after count: Int, of backend: ScriptedBackend) throws {
    let client = try RawClient(port: port)
    try client.send(requestLine)
    backend.waitForRequests(count)
    client.stream.close()
  }

  /// Sends SIGTERM and waits for the end.
  func stop() throws -> Int32 {
    child.terminate()
    guard let status = child.waitForExit() else {
      child.kill()
      throw ChildProcess.Failure(what: "weft run did not end after SIGTERM", child: child)
    }
    return status
  }

  /// Waits until it takes no connection any more.
  func waitUntilRefused() {
    let deadline = Patience.deadline
    while deadline.timeIntervalSinceNow > 0, (try? RawClient(port: port)) != nil { usleep(5_000) }
  }

  /// Stops it, and fails the test where that is not an orderly end.
  func stopInOrder(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let status = try stop()
    #expect(status == 0, "after SIGTERM: \(child.errors.text)", sourceLocation: sourceLocation)
  }

  /// How many it has open, as soon as it has noticed that all clients left.
  func descriptorsWithoutClients() throws -> Int {
    #expect(waitForHealth { $0["connections"]?.number == 0 })
    return try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/fd").count
  }

  /// What all its threads have used of the processors, in hundredths of a second.
  func processorTicks() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(child.pid)/stat", encoding: .utf8)
    let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12, let user = Int(fields[11]), let kernel = Int(fields[12]) else {
      throw ChildProcess.Failure(what: "no times of the process", child: child)
    }
    return user + kernel
  }

  /// Of its threads (`task`) or descriptors (`fd`).
  func count(in folder: String) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/\(folder)").count
  }

  /// Whether one of its descriptors is that file's.
  func hasOpen(_ path: String) throws -> Bool {
    let folder = "/proc/\(child.pid)/fd"
    let file = URL(filePath: path).resolvingSymlinksInPath().path
    return try FileManager.default.contentsOfDirectory(atPath: folder).contains {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == file
    }
  }

  /// Resident memory in bytes.
  func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
    guard let match = text.firstMatch(of: #/VmRSS:\s+(\d+) kB/#), let kilobytes = Int(match.1) else {
      throw ChildProcess.Failure(what: "no VmRSS", child: child)
    }
    return kilobytes * 1024
  }
}
