import ArgumentParser
import Foundation
import Gateway
import JSONText

struct Explain: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json, mermaid
  }

  static let configuration = CommandConfiguration(
    abstract: "Show what a request would do, without making a call.",
    usage: "weft explain [<dir>] <method> <path> [--header <name: value>] … [--format text|json|mermaid]",
    discussion: """
      Prints the matched route, the calls by stages with their requests filled in, every resolved deadline, what goes \
      upstream and what comes back, and what is read from the request. What is not given stands as it is written, \
      `${…}`; environment variables always do.

        weft explain GET '/mobile/dashboard/42?lite=true'
        weft explain GET /api/checkout/5001 --call order=order.json --header 'authorization: Bearer x'
        weft explain POST /cart/42 --body - --format json < body.json

      Exit status: 0, or 1 where no route takes the request (the nearest are named) or the folder has errors.
      """)

  @Argument(help: ArgumentHelp("The folder (compositions unless given), the method, the path.", valueName: "words"))
  var words: [String]
  @Option(help: "The Host that the request names.")
  var host = "localhost"
  @Option(
    name: [.customShort("H"), .customLong("header")],
    help: ArgumentHelp("A header of the request; may be repeated.", valueName: "name: value"))
  var headers: [String] = []
  @Option(help: ArgumentHelp("The request's body; - is standard input.", valueName: "file"))
  var body: String?
  @Option(
    name: .customLong("call"),
    help: ArgumentHelp(
      "The value of a call, as JSON, so that those that read it can be filled in; may be repeated.",
      valueName: "name=file"))
  var values: [String] = []
  @Option(help: "How it is printed: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = Format.text

  func validate() throws {
    guard (2...3).contains(words.count) else {
      throw ValidationError("expected [<dir>] <method> <path>, for example: weft explain GET /mobile/dashboard/42")
    }
    guard words[words.count - 1].hasPrefix("/") else {
      throw ValidationError("a path starts with a slash: \(words[words.count - 1])")
    }
    for header in headers where header.firstIndex(of: ":") == nil {
      throw ValidationError("a header is 'name: value', found '\(header)'")
    }
    for value in values where value.firstIndex(of: "=") == nil {
      throw ValidationError("a call's value is name=file, found '\(value)'")
    }
  }

  func run() throws {
    var arguments = DefinitionArguments()
    arguments.directory = words.count == 3 ? words[0] : "compositions"
    let plan = try arguments.load()
    let explanation: Explanation
    do {
      explanation = try Explanation(plan, request())
    } catch let error as ExplanationError {
      throw Self.fault("\(error)")
    }
    switch (format, explanation.isMatch) {
    case (.json, _): print(explanation.json, terminator: "")
    case (.text, true): print(explanation.text, terminator: "")
    case (.mermaid, true): print(explanation.mermaid ?? "", terminator: "")
    case (_, false): printError(explanation.text)
    }
    if !explanation.isMatch { throw ExitCode(1) }
  }

  private func request() throws -> ExplainedRequest {
    try ExplainedRequest(
      method: words[words.count - 2], target: words[words.count - 1], host: host,
      headers: headers.map { header in
        let (name, value) = Self.split(header, at: ":")
        return (name, value.trimmingCharacters(in: .whitespaces))
      },
      body: body.map(Self.bytes(of:)),
      values: values.map { given in
        let (name, file) = Self.split(given, at: "=")
        return (name, .slice(try Self.json(file).root))
      })
  }

  private static func split(_ text: String, at separator: Character) -> (String, String) {
    let place = text.firstIndex(of: separator) ?? text.endIndex
    return (String(text[..<place]), String(text[place...].dropFirst()))
  }

  private static func bytes(of file: String) throws -> [UInt8] {
    guard file != "-" else { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    // Not `FileManager.contents`: it does not read pipes, as a shell's `<(…)` is one.
    guard let data = try? FileHandle(forReadingAtPath: file)?.readToEnd() else { throw fault("\(file) can't be read") }
    return [UInt8](data)
  }

  private static func json(_ file: String) throws -> JSONText {
    let bytes = try bytes(of: file)
    do {
      return try JSONText(bytes)
    } catch {
      throw fault("\(file) is not JSON: \(error)")
    }
  }

  /// Of what the command was given: told without the usage, which it fits.
  private static func fault(_ message: String) -> ExitCode {
    printError("weft: \(message)")
    return ExitCode(64)
  }
}
