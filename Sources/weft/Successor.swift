import CSpawn
import Foundation
import Glibc

/// The process that is to take over from this one: the same program, as it is on the disk now, with the same words.
enum Successor {
  /// Starts it. Where it can't be started, or ends before it serves, this process goes on, and says so.
  static func start() {
    var words = CommandLine.arguments
    if !words.contains("--takeover") { words.append("--takeover") }
    // Sockets of a supervisor are this process's, and handed over by it.
    let variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("LISTEN_") }.map { "\($0)=\($1)" }
    guard let pid = spawn(words, variables) else {
      return printError("weft: \(words[0]) can't be started: \(String(cString: strerror(errno)))")
    }
    Thread.detachNewThread {
      var status: CInt = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      printError("weft: the process that was to take over has ended; this one goes on")
    }
  }

  private static func spawn(_ words: [String], _ variables: [String]) -> pid_t? {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    // Connections of this process would stay open as long as that one lives.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    let arguments = words.map { strdup($0) } + [nil]
    let environment = variables.map { strdup($0) } + [nil]
    defer { for text in arguments + environment { free(text) } }
    var pid: pid_t = 0
    let error = posix_spawnp(&pid, words[0], &actions, &attributes, arguments, environment)
    errno = error
    return error == 0 ? pid : nil
  }
}
