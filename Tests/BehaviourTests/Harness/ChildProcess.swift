import Foundation
import Glibc
import TestSockets

/// A process that this one started, with its outputs. Guarded by its condition.
final class ChildProcess: @unchecked Sendable {
  struct Failure: Error, CustomStringConvertible {
    var what: String
    var child: ChildProcess

    var description: String { "\(what)\nstdout:\n\(child.output.text)\nstderr:\n\(child.errors.text)" }
  }

  let output = ProcessOutput()
  let errors = ProcessOutput()
  let pid: pid_t
  private let condition = NSCondition()
  private var status: Int32?

  /// `environment` is laid over this process's own. Without `readsErrors`, nobody reads standard error until
  /// `errors.begin()`.
  init(
    _ path: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
    folder: String? = nil, readsErrors: Bool = true
  ) throws {
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    let inputPipe = input.map { _ in Pipe() }
    let start = folder.map { ["/usr/bin/env", "-C", $0, path] } ?? [path]
    pid = try Self.spawn(
      start + arguments, variables, input: inputPipe?.fileHandleForReading.fileDescriptor,
      output: output.pipe.fileHandleForWriting.fileDescriptor, errors: errors.pipe.fileHandleForWriting.fileDescriptor)
    output.begin()
    if readsErrors { errors.begin() }
    startThread { self.reap() }
    if let input, let inputPipe {
      try? inputPipe.fileHandleForReading.close()
      try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? inputPipe.fileHandleForWriting.close()
    }
  }

  /// Not by Foundation's `Process`: it reads past a buffer when this process has more than about 1,500 descriptors, as
  /// tests of many connections make it have.
  private static func spawn(
    _ words: [String], _ variables: [String], input: Int32?, output: Int32, errors: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    _ = closeOthers?(&actions, 3)
    var arguments = words.map { strdup($0) } + [nil]
    var environment = variables.map { strdup($0) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, words[0], &actions, nil, &arguments, &environment)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOEXEC) }
    return pid
  }

  /// The exit status, or minus the signal that ended it; `nil` where it still runs when patience ran out.
  func waitForExit() -> Int32? {
    let status = waitForStatus()
    if status != nil {
      output.waitForEnd()
      errors.waitForEnd()
    }
    return status
  }

  /// The same, and what it wrote last may not be in its outputs yet.
  func waitForStatus() -> Int32? {
    let deadline = Patience.deadline
    condition.lock()
    while status == nil, condition.wait(until: deadline) {}
    defer { condition.unlock() }
    return status
  }

  var hasEnded: Bool {
    condition.lock()
    defer { condition.unlock() }
    return status != nil
  }

  func terminate() { Glibc.kill(pid, SIGTERM) }

  func kill() { Glibc.kill(pid, SIGKILL) }

  /// `posix_spawn_file_actions_addclosefrom_np`, which glibc has since 2.34 and its module map hides. Without it a child
  /// would hold connections of other tests open.
  private static let closeOthers = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast(
      $0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
  }

  private func reap() {
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    condition.lock()
    // WIFEXITED and WEXITSTATUS, else WTERMSIG: macros that Swift does not see.
    status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : -(raw & 0x7F)
    condition.broadcast()
    condition.unlock()
  }
}
