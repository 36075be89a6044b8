import Foundation
import Glibc

/// A process that this one started, with its outputs. Guarded by its condition.
final class ChildProcess: @unchecked Sendable {
  struct Failure: Error, CustomStringConvertible {
    var what: String
    var child: ChildProcess

    var description: String { "\(what)\nstdout:\n\(child.output.text)\nstderr:\n\(child.errors.text)" }
  }

  let output = ProcessOutput()
  let errors = ProcessOutput()
  private let process = Process()
  private let condition = NSCondition()
  private var status: Int32?

  var pid: Int32 { process.processIdentifier }

  /// `environment` is laid over this process's own.
  init(
    _ path: String, _ arguments: [String], input: String? = nil, environment: [String: String] = [:],
    folder: String? = nil
  ) throws {
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(filePath: folder) }
    process.standardOutput = output.pipe
    process.standardError = errors.pipe
    let inputPipe = Pipe()
    process.standardInput = input == nil ? FileHandle.nullDevice : inputPipe
    process.terminationHandler = { [weak self] in self?.ended($0.terminationStatus, $0.terminationReason) }
    try process.run()
    output.begin()
    errors.begin()
    if let input {
      try? inputPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
      try? inputPipe.fileHandleForWriting.close()
    }
  }

  deinit { if status == nil { kill() } }

  /// The exit status, or minus the signal that ended it; `nil` where it still runs when patience ran out.
  func waitForExit() -> Int32? {
    let deadline = Patience.deadline
    condition.lock()
    while status == nil, condition.wait(until: deadline) {}
    let status = status
    condition.unlock()
    if status != nil {
      output.waitForEnd()
      errors.waitForEnd()
    }
    return status
  }

  var hasEnded: Bool {
    condition.lock()
    defer { condition.unlock() }
    return status != nil
  }

  func terminate() { Glibc.kill(pid, SIGTERM) }

  func kill() { Glibc.kill(pid, SIGKILL) }

  private func ended(_ code: Int32, _ reason: Process.TerminationReason) {
    condition.lock()
    status = reason == .exit ? code : -code
    condition.broadcast()
    condition.unlock()
  }
}
