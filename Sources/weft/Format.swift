import ArgumentParser
import Definitions
import Foundation

struct Format: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fmt",
    abstract: "Bring definition files into one form.",
    discussion: """
      Indentation, spaces, blank lines, and quotes where none are needed. What files say, its order and their comments stay \
      as they are. Files that changed are named on standard output; `-` takes standard input, and prints the result.

        weft fmt                        all files of compositions
        weft fmt compositions/web.yaml
        weft fmt --check                changes nothing, names what is not in form

      Exit status: 0, or 1 where a file is no YAML, and with --check where one is not in form.
      """)

  @Argument(help: ArgumentHelp("Files, or folders of definition files.", valueName: "file|dir"))
  var paths = ["compositions"]
  @Flag(help: "Change nothing; exit with 1 where a file is not in form.")
  var check = false

  func run() throws {
    var isGood = true
    for path in paths {
      if path == "-" {
        let text = String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
        isGood = formatted(text, "standard input").map { take($0, of: text) } == true && isGood
      } else {
        for file in try files(path) { isGood = format(file) && isGood }
      }
    }
    if !isGood { throw ExitCode(1) }
  }

  /// Standard input: false where it is to be in form, and is not.
  private func take(_ result: String, of text: String) -> Bool {
    if check { return result == text }
    print(result, terminator: "")
    return true
  }

  private func files(_ path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      printError("weft: \(path) does not exist")
      throw ExitCode(64)
    }
    guard isFolder.boolValue else { return [path] }
    let names = try FileManager.default.contentsOfDirectory(atPath: path)
    let files = names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }.sorted()
    return files.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
  }

  private func format(_ file: String) -> Bool {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      printError("weft: \(file) can't be read, or is not UTF-8")
      return false
    }
    guard let result = formatted(text, file) else { return false }
    if result == text { return true }
    print(file)
    return check ? false : write(result, to: file)
  }

  private func formatted(_ text: String, _ name: String) -> String? {
    switch DefinitionFormatter.format(text, name: name) {
    case .success(let result): return result
    case .failure(let found):
      printError(found.text)
      return nil
    }
  }

  /// As a whole, in place of what a link leads to, with the permissions that it has.
  private func write(_ text: String, to file: String) -> Bool {
    let path = URL(filePath: file).resolvingSymlinksInPath().path
    do {
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path) }
      return true
    } catch {
      printError("weft: \(file) can't be written: \(error)")
      return false
    }
  }
}
