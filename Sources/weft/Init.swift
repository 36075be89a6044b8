import ArgumentParser
import Foundation
import Glibc
import Importing

struct Init: ParsableCommand {
  /// Asked for at a terminal, one after the other.
  private static let mostBackends = 20

  static let configuration = CommandConfiguration(
    abstract: "Begin a folder of definitions.",
    discussion: """
      Writes a first file with comments, gateway.yaml and a test. At a terminal it asks for the backends; elsewhere they \
      are named, or `--yes` takes the demo's.

        weft init my-folder --backend users=http://users:8080 --backend orders=http://orders:8080

      Exit status: 0, 1 where one of the files is there already (nothing is overwritten), 64 where it does not know the \
      backends.
      """)

  @Argument(help: ArgumentHelp("The folder.", valueName: "dir"))
  var directory = "compositions"
  @Option(
    name: .customLong("backend"), help: ArgumentHelp("A backend; may be repeated.", valueName: "name=url"))
  var backends: [String] = []
  @Flag(help: "Don't ask.")
  var yes = false

  func validate() throws {
    var names: Set<String> = []
    for text in backends {
      guard let backend = Self.backend(text) else {
        throw ValidationError("a backend is name=url, such as users=http://users:8080, found '\(text)'")
      }
      guard names.insert(backend.name).inserted else { throw ValidationError("\(backend.name) is named twice") }
    }
  }

  func run() throws {
    var all = backends.compactMap(Self.backend)
    if all.isEmpty, !yes {
      guard isatty(STDIN_FILENO) == 1 else {
        printError(
          "weft: this is no terminal to ask at; name the backends (--backend users=http://users:8080), or --yes")
        throw ExitCode(64)
      }
      all = Self.ask()
    }
    let folder = NewFolder(backends: all)
    do {
      try NewFiles.write(folder.files, to: directory)
    } catch {
      printError("weft: \(error)")
      throw ExitCode(1)
    }
    for file in folder.files { print("\(directory)/\(file.path)") }
    print("\nweft check \(directory)\nweft run \(directory)")
  }

  /// Until a name is empty, or the input ends.
  private static func ask() -> [NewFolder.Backend] {
    var all: [NewFolder.Backend] = []
    while all.count < mostBackends {
      guard let name = answer("Name of \(all.isEmpty ? "a" : "another") backend (empty: no more): "), !name.isEmpty
      else { break }
      guard let url = answer("Its URL: ") else { break }
      guard let backend = NewFolder.Backend(name: name, url: url), !all.contains(where: { $0.name == name }) else {
        printError("A name has letters, digits and _, and is given once; a URL is http://host:port")
        continue
      }
      all.append(backend)
    }
    return all
  }

  private static func answer(_ question: String) -> String? {
    print(question, terminator: "")
    fflush(nil)
    return readLine()?.trimmingCharacters(in: .whitespaces)
  }

  private static func backend(_ text: String) -> NewFolder.Backend? {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    return parts.count == 2 ? NewFolder.Backend(name: parts[0], url: parts[1]) : nil
  }
}
