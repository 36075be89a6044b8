import Testing

extension Behaviour {
  /// The case files in Cases.
  @Suite struct CaseTests {
    @Test(arguments: CaseFile.all)
    func cases(in name: String) throws {
      let file = try CaseFile.load(name)
      for problem in try CaseRunner(file).run() { Issue.record("\(problem)") }
    }
  }
}
