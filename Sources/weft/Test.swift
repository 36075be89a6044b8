import ArgumentParser
import Definitions
import Foundation
import Gateway
import Scripts

struct Test: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests of a folder of definitions.",
    discussion: """
      Each file of the folder's tests/ is one: requests, what the backends answer, and what has to come of it. Nothing is \
      listened on or connected to, and no time passes: the clock goes on as the scripts say. Needs no Redis.

        weft test
        weft test my-folder --filter dashboard --junit report.xml --coverage

      Exit status: 0, or 1 where a test failed, there is none, or the folder has errors.
      """)

  @OptionGroup var definitions: DefinitionArguments
  @Option(help: ArgumentHelp("Only tests whose name or file has this text.", valueName: "text"))
  var filter: String?
  @Option(help: ArgumentHelp("Writes the outcome as JUnit XML.", valueName: "file"))
  var junit: String?
  @Flag(help: "Tells which calls, fallbacks and refusals no test reaches.")
  var coverage = false
  @Flag(
    help: "Writes the answers' bodies into tests as `bodyExactly`, where they have another or say nothing of the body.")
  var update = false

  func run() throws {
    let plan = try definitions.load()
    let tests = try tests(of: TestLoader.load(directory: definitions.directory, plan: plan))
    let report = TestReport(tests, on: Rehearsal(plan))
    print(report.text)
    if coverage { print(report.coverage.text) }
    if let junit { try write(report.junit, to: junit) }
    if update, try updated(report) { return }
    if !report.failures.isEmpty { throw ExitCode(1) }
  }

  private func tests(of loaded: Result<[TestCase], Diagnostics>) throws -> [TestCase] {
    switch loaded {
    case .failure(let found):
      printError(found.text)
      throw ExitCode(1)
    case .success(let all):
      let tests = all.filter { test in
        filter.map { test.name.contains($0) || test.location.file.contains($0) } ?? true
      }
      guard tests.isEmpty else { return tests }
      printError(
        all.isEmpty
          ? "weft: there are no tests in \(definitions.directory)/\(TestLoader.tests)"
          : "weft: none of \(all.count) tests has `\(filter ?? "")` in its name")
      throw ExitCode(1)
    }
  }

  private func write(_ text: String, to file: String) throws {
    do {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      printError("weft: \(file) can't be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }

  /// True: something was written, so that what failed may be right by now.
  private func updated(_ report: TestReport) throws -> Bool {
    let writer = ExpectationWriter(report)
    if writer.count == 0 { return false }
    do {
      try writer.write()
    } catch {
      printError("weft: the tests can't be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
    print("\(writer.count) bodies written; run the tests again")
    return true
  }
}
