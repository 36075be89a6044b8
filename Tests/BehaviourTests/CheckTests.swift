import Testing

extension Behaviour {
  /// Definitions that must not load, or with warnings: Cases/check/check.yaml.
  @Suite struct CheckTests {
    @Test(arguments: CheckCase.all)
    func errors(of check: CheckCase) throws {
      let folder = try TemporaryFolder(files: check.files)
      let result = try WeftBinary.run(["check", folder.path, "--format", "json"])
      #expect(result.status == (check.hasErrors ? 1 : 0), "\(result)")
      let found = try JSONTree(parsing: result.output).elements
      for problem in check.problems(found) { Issue.record("\(problem)") }
    }
  }
}
