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
    pid = try spawn(
      start + arguments, environment: variables, input: inputPipe?.fileHandleForReading.fileDescriptor,
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
