import Testing

extension Behaviour {
  /// Definitions that must not load: Cases/check/check.yaml.
  @Suite struct CheckTests {
    @Test(arguments: CheckCase.all)
    func errors(of check: CheckCase) throws {
      let folder = try TemporaryFolder(files: check.files)
      let result = try WeftBinary.run(["check", folder.path, "--format", "json"])
      #expect(result.status == (check.findings.isEmpty ? 0 : 1), "\(result)")
      let found = try JSONTree(parsing: result.output).elements
      for problem in check.problems(found) { Issue.record("\(problem)") }
    }
  }
}
