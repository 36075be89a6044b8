import ArgumentParser
import Gateway

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have a running gateway read its folder again.",
    discussion: """
      Asks the admin address, and prints what changed. Requests that run end on the definitions that they began with; \
      connections stay open. Where the folder has errors, they are printed and nothing changes.

        weft reload                      the gateway whose admin address is 127.0.0.1:8081
        weft reload compositions         checks the folder here first, and takes the admin address and its token from
                                         there

      The folder that is read is the gateway's own. Exit status: 0, or 1 where the gateway did not take it over.
      """)

  @Argument(help: ArgumentHelp("The gateway's folder of definition files.", valueName: "dir"))
  var directory: String?
  @OptionGroup var admin: AdminOptions

  func run() throws {
    let client: AdminClient
    if let directory {
      var definitions = DefinitionArguments()
      definitions.directory = directory
      client = try admin.client(try definitions.load().process.admin)
    } else {
      client = try admin.client()
    }
    switch try blocking({ await ReloadClient.send(to: client) }) {
    case .done(let changes): print(changes, terminator: "")
    case .refused(let diagnostics):
      printError(diagnostics)
      throw ExitCode(1)
    case .failed(let reason):
      printError("weft: \(reason)")
      throw ExitCode(1)
    }
  }
}
