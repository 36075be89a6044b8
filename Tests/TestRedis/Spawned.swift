import Foundation
import Glibc
import TestSockets

/// A program in a process of its own. *Confined to* whoever has it, one thread at a time.
final class Spawned {
  let pid: pid_t
  private var status: Int32?

  /// `output` is a file that gets standard output and standard error.
  init(_ program: String, _ arguments: [String], output: String = "/dev/null") throws {
    let file = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    pid = try spawn([program] + arguments, output: file, errors: file)
  }

  var isRunning: Bool {
    if status != nil { return false }
    var raw: Int32 = 0
    if waitpid(pid, &raw, WNOHANG) == 0 { return true }
    status = raw
    return false
  }

  func waitForExit() {
    var raw: Int32 = 0
    guard status == nil else { return }
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    status = raw
  }

  /// Runs a program to its end and returns what it printed.
  static func output(of program: String, _ arguments: [String]) -> String {
    let file = NSTemporaryDirectory() + "weft-output-\(UUID().uuidString)"
    defer { unlink(file) }
    guard let spawned = try? Spawned(program, arguments, output: file) else { return "" }
    spawned.waitForExit()
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
