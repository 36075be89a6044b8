import Foundation
import Glibc

/// A program in a process of its own. *Confined to* whoever has it, one thread at a time.
///
/// Not Foundation's `Process`: that reads past a buffer when this process has more than about 1,500 descriptors, as
/// tests of many connections make it have.
final class Spawned {
  let pid: pid_t
  private var status: Int32?

  /// `output` is a file that gets standard output and standard error.
  init(_ program: String, _ arguments: [String], output: String = "/dev/null") throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    _ = Spawned.closeOthers?(&actions, 3)
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, program, &actions, nil, &words, environ)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOEXEC) }
    self.pid = pid
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

  /// `posix_spawn_file_actions_addclosefrom_np`, which glibc has since 2.34 and its module map hides. Without it a child
  /// would hold connections of other tests open.
  private static let closeOthers = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
    unsafeBitCast(
      $0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
  }
}
