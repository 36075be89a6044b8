import ArgumentParser

enum Version {
  static let text = "0.2.0"
}

struct ShowVersion: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "version", abstract: "Print the version.")

  func run() {
    print("weft \(Version.text)")
  }
}
