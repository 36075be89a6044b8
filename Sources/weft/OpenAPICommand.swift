import ArgumentParser
import OpenAPI

struct OpenAPICommand: ParsableCommand {
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, yaml
  }

  enum Specification: String, ExpressibleByArgument, CaseIterable {
    case latest = "3.1"
    case older = "3.0"

    var version: OpenAPIVersion {
      switch self {
      case .latest: .latest
      case .older: .older
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "openapi",
    abstract: "Print the OpenAPI document of all routes.",
    discussion: """
      What the definitions tell of requests and answers: the parameters, headers and bodies that they read, the shapes of \
      what they answer, who may ask. A running gateway has the same at /openapi.json of its admin address.

        weft openapi > openapi.json
        weft openapi compositions --format yaml --spec 3.0

      Routes that OpenAPI can't tell apart, such as those of several hosts, are named on standard error, but for the \
      first. Exit status: 0, or 1 where the folder has errors.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @Option(help: "How it is printed: \(Format.allCases.map(\.rawValue).joined(separator: " or ")).")
  var format = Format.json
  @Option(help: "The version of OpenAPI: \(Specification.allCases.map(\.rawValue).joined(separator: " or ")).")
  var spec = Specification.latest
  @Option(help: ArgumentHelp("Only the routes that answer this host.", valueName: "name"))
  var host: String?

  func run() throws {
    let document = OpenAPIDocument(try definitions.load(), version: spec.version, host: host)
    for omission in document.omissions { printError("weft: left out: \(omission)") }
    print(format == .json ? document.json : document.yaml, terminator: "")
  }
}
