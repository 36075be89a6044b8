import Foundation

/// The program under test, and the repository it came from.
enum WeftBinary {
  struct Missing: Error, CustomStringConvertible {
    var path: String
    var description: String { "no weft binary at \(path); build the package, or name one in WEFT_BINARY" }
  }

  /// `WEFT_BINARY`, or the one that was built beside the running test bundle.
  static func path() throws -> String {
    let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(filePath: bundle ?? CommandLine.arguments[0]).deletingLastPathComponent()
    let path = ProcessInfo.processInfo.environment["WEFT_BINARY"] ?? folder.appending(path: "weft").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
    return path
  }

  /// The folder of Package.swift.
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  /// Starts it. Proxy settings of its environment point nowhere: calls must not follow them. With `names`, it has a
  /// mount namespace of its own, in which the system's resolver knows that server alone. `shell` is
  /// what bash says before the command, such as `ulimit -n 64; exec`.
  static func start(
    _ arguments: [String], input: String? = nil, environment: [String: String] = [:], folder: String? = nil,
    readsErrors: Bool = true, names: NameServer? = nil, shell: String? = nil
  ) throws -> ChildProcess {
    let nowhere = "http://127.0.0.1:1"
    let proxies = ["http_proxy": nowhere, "HTTP_PROXY": nowhere, "all_proxy": nowhere]
    var words = [try path()] + arguments
    if let names {
      let mount = "mount --bind '\(names.settings)' /etc/resolv.conf && exec \"$@\""
      words = ["/usr/bin/unshare", "-m", "--propagation", "private", "/bin/sh", "-c", mount, "sh"] + words
    }
    if let shell { words = ["/bin/bash", "-c", "\(shell) \"$@\"", "bash"] + words }
    return try ChildProcess(
      words[0], Array(words.dropFirst()), input: input, environment: proxies.merging(environment) { $1 },
      folder: folder,
      readsErrors: readsErrors)
  }

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:], folder: String? = nil
  ) throws -> FinishedCommand {
    let child = try start(arguments, input: input, environment: environment, folder: folder)
    guard let status = child.waitForExit() else {
      child.kill()
      throw ChildProcess.Failure(what: "weft \(arguments.joined(separator: " ")) did not end", child: child)
    }
    return FinishedCommand(status: status, output: child.output.text, errors: child.errors.text)
  }
}

/// What a command left behind.
struct FinishedCommand: Sendable, CustomStringConvertible {
  var status: Int32
  var output: String
  var errors: String

  var description: String { "exit status \(status)\nstdout:\n\(output)\nstderr:\n\(errors)" }
}
