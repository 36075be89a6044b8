import ArgumentParser
import Gateway

struct Health: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell whether a running gateway is ready.",
    discussion: """
      Asks /readyz at the admin address, for health checks of containers, and prints what it says: `ready`, \
      `degraded: redis`, or `not ready: draining`. It needs no token.

      Exit status: 0 ready or degraded, 1 not ready or no answer within 3 seconds.
      """)

  @OptionGroup var admin: AdminOptions

  func run() throws {
    let client = try admin.client()
    let (words, isReady) = try blocking { await ReadinessClient.ask(client) }
    guard isReady else {
      printError("weft: \(words)")
      throw ExitCode(1)
    }
    print(words)
  }
}
