import ArgumentParser
import Foundation
import Gateway
import Messages
import Plans

/// Where a running gateway is asked for something.
struct AdminOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The gateway's admin address, 127.0.0.1:8081 where nothing is said.", valueName: "host:port"))
  var admin: String?
  @Option(help: ArgumentHelp("The file with the token that the admin address wants.", valueName: "file"))
  var tokenFile: String?

  func validate() throws {
    if let admin, ListenAddress(admin) == nil { throw ValidationError("\(admin) is no HOST:PORT") }
  }

  /// - Parameter plan: counts where the command's own words say nothing.
  func client(_ plan: ProcessPlan.Admin = ProcessPlan.Admin()) throws -> AdminClient {
    guard let address = ListenAddress(admin ?? plan.address) else { throw ExitCode(64) }
    return AdminClient(address, token: try token() ?? plan.token)
  }

  private func token() throws -> Secret<String>? {
    guard let tokenFile else { return nil }
    let text = (try? String(contentsOfFile: tokenFile, encoding: .utf8))?.trimmingCharacters(in: .newlines) ?? ""
    if ProcessPlan.Admin.isToken(text) { return Secret(text) }
    printError("weft: \(tokenFile) can't be read, or holds no token")
    throw ExitCode(64)
  }
}
