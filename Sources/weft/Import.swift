import ArgumentParser
import Definitions
import Foundation
import Importing

struct Import: ParsableCommand {
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case krakend, nginx, openapi
  }

  static let configuration = CommandConfiguration(
    abstract: "Make definitions of another gateway's configuration.",
    discussion: """
      Takes a configuration of KrakenD (version 3 or 2, JSON or YAML), of nginx, or an OpenAPI description. The \
      definitions go to standard output, each file after a line `# file: NAME`, or into a folder. What could not be \
      translated is told on standard error with its place, and stands as a comment where it would be.

        weft import krakend krakend.json
        weft import nginx /etc/nginx/sites-enabled/shop --out compositions

      Exit status: 0, or 1 where the file can't be read, or a file of the folder is there already.
      """)

  @Argument(help: "What it is: \(Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
  var kind: Kind
  @Argument(help: ArgumentHelp("The file; - is standard input.", valueName: "file"))
  var file: String
  @Option(help: ArgumentHelp("The folder to write to; nothing is overwritten.", valueName: "dir"))
  var out: String?

  func run() throws {
    let text = try text()
    let made: ImportedDefinitions
    do {
      made =
        switch kind {
        case .krakend: try KrakenDImporter.definitions(of: text, exists: Self.isThere)
        case .nginx: try NginxImporter.definitions(of: text, exists: Self.isThere)
        case .openapi: try OpenAPIImporter.definitions(of: text)
        }
    } catch {
      throw Self.fault("\(file)\(error.place.map { ":\($0)" } ?? ""): \(error.message)")
    }
    if let out {
      do {
        try NewFiles.write(made.files.map { ($0.name, $0.text) }, to: out)
      } catch {
        throw Self.fault("\(error)")
      }
    } else {
      print(made.text, terminator: "")
    }
    for remark in made.remarks { printError("\(file)\(kind == .nginx ? ":" : "#")\(remark.place): \(remark.message)") }
    check(made)
  }

  /// What the result can't be served for yet: names and values that were taken as they are.
  private func check(_ made: ImportedDefinitions) {
    let result = DefinitionLoader.load(
      files: made.files.map { ($0.name, $0.text) }, environment: ProcessInfo.processInfo.environment, folder: out ?? "."
    )
    guard case .failure(let found) = result else { return }
    printError("weft: what was made does not pass `check` yet:\n\(found.text)")
  }

  /// Relative paths are those of another folder.
  private static func isThere(_ path: String) -> Bool {
    path.hasPrefix("/") && FileManager.default.isReadableFile(atPath: path)
  }

  private func text() throws -> String {
    let handle = file == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: file)
    guard let data = try? handle?.readToEnd() ?? (handle == nil ? nil : Data()) else {
      throw Self.fault("\(file) can't be read")
    }
    guard let text = String(validating: data, as: UTF8.self) else { throw Self.fault("\(file) is not UTF-8") }
    return text
  }

  private static func fault(_ message: String) -> ExitCode {
    printError("weft: \(message)")
    return ExitCode(1)
  }
}
