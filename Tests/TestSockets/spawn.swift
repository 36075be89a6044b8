import Foundation
import Glibc

/// Starts a program, looked up in `PATH`, and gives its id. Its standard streams are these descriptors, or nothing; it
/// has no other of this process's, so that no connection of another test lives on in it.
///
/// Not by Foundation's `Process`: that reads past a buffer when this process has more than about 1,500 descriptors, as
/// tests of many connections make it have, and its waiting gets lost when many run at once.
/// - Parameter environment: `NAME=value`; `nil`: this process's own.
package func spawn(
  _ words: [String], environment: [String]? = nil, input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for (number, descriptor) in zip([0, 1, 2] as [Int32], [input, output, errors]) {
    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, number)
    } else {
      posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
    }
  }
  _ = closeOthers?(&actions, 3)
  var arguments = words.map { strdup($0) } + [nil]
  var variables = (environment ?? []).map { strdup($0) } + [nil]
  defer { (arguments + variables).forEach { free($0) } }
  var pid = pid_t()
  let code =
    environment == nil
    ? posix_spawnp(&pid, words[0], &actions, nil, &arguments, environ)
    : posix_spawnp(&pid, words[0], &actions, nil, &arguments, &variables)
  guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .ENOEXEC) }
  return pid
}

/// `posix_spawn_file_actions_addclosefrom_np`, which glibc has since 2.34 and its module map hides.
private let closeOthers = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map {
  unsafeBitCast($0, to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32).self)
}
