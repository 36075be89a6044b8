import ArgumentParser
import Definitions
import Foundation
import Gateway

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what a request would do, without making a call.",
    usage: "weft explain [<dir>] <method> <path>",
    discussion: """
      Prints the matched route, the calls by stages with their requests filled in as far as the path and the query tell, \
      every resolved deadline, and what is read from the request.

        weft explain GET '/mobile/dashboard/42?lite=true'

      Exit status: 0, or 1 where no route matches or the folder has errors.
      """)

  @Argument(help: ArgumentHelp("The folder (compositions unless given), the method, the path.", valueName: "words"))
  var words: [String]
  @Option(help: "The Host that the request names.")
  var host = "localhost"

  func validate() throws {
    guard (2...3).contains(words.count) else {
      throw ValidationError("expected [<dir>] <method> <path>, for example: weft explain GET /mobile/dashboard/42")
    }
    guard words[words.count - 1].hasPrefix("/") else {
      throw ValidationError("a path starts with a slash: \(words[words.count - 1])")
    }
  }

  func run() throws {
    var arguments = DefinitionArguments()
    arguments.directory = words.count == 3 ? words[0] : "compositions"
    let plan = try arguments.load()
    let explanation = Explanation(plan, method: words[words.count - 2], target: words[words.count - 1], host: host)
    guard explanation.isMatch else {
      printError(explanation.text)
      throw ExitCode(1)
    }
    print(explanation.text, terminator: "")
  }
}
