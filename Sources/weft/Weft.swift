import ArgumentParser
import Glibc

@main
enum Main {
  static func main() {
    StandardDescriptors.fill()
    Weft.main()
  }
}

/// The command line. Exit codes: 0 good, 1 the definitions have errors or the gateway could not serve or finish, 64 the
/// command's own words are wrong.
struct Weft: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weft",
    abstract: "A Backend-for-Frontend gateway: one request in, several backends asked at once, one answer out.",
    discussion: """
      Definitions are YAML files in a folder, `compositions` unless you name another.

        weft demo                    try it: a small shop's backends and a gateway in front of them
        weft init my-folder          begin a folder of your own
        weft check                   tell every error in the folder, with its place
        weft test                    run its tests, over backends that they play
        weft run                     serve it
        weft explain GET /path       show what a request would do
        weft eval 'items[].id'       try an expression on JSON from standard input
      """,
    version: Version.text,
    subcommands: [
      Init.self, Import.self, Check.self, Format.self, Test.self, Mock.self, Routes.self, Explain.self, Eval.self,
      OpenAPICommand.self, Schema.self, Run.self, Reload.self, Health.self, Purge.self, Key.self, Demo.self,
      ShowVersion.self,
    ])
}

/// Descriptors 0, 1 and 2: what is opened first where one of them is closed takes its number, and is written to and read
/// from as if it were the standard one.
enum StandardDescriptors {
  /// Opens those that are closed, on nothing. To be called before anything else is opened.
  static func fill() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number, and so this one.
      _ = open("/dev/null", O_RDWR)
    }
  }
}
