import Foundation
import Plans
import Scripts

/// Reads the tests and the mocks of a folder of definitions.
package enum TestLoader {
  /// Where tests are in the folder.
  package static let tests = "tests"
  /// Where mocks are.
  package static let mocks = "mocks"

  /// The tests in the order of their files' names; none where there is no folder of them.
  /// - Parameters:
  ///   - directory: of the definitions.
  ///   - plan: what the definitions say: names that it does not have are errors.
  package static func load(directory: String, plan: GatewayPlan) -> Result<[TestCase], Diagnostics> {
    read(directory, tests, plan) { reader, source in TestDecoder.test(reader, source) }
  }

  /// What the files of mocks say of backends.
  package static func mocks(directory: String, plan: GatewayPlan) -> Result<[BackendScript], Diagnostics> {
    read(directory, mocks, plan) { reader, _ in
      for pair in reader.node.pairs ?? [] where TestKeys.all.contains(where: { $0.name == pair.name }) {
        if pair.name == "backends" { continue }
        reader.loading.report(pair.key, "`\(pair.name)` belongs into a test; mocks have `backends` alone")
      }
      return reader[\.backends]
    }.map { $0.flatMap(\.self) }
  }

  /// Texts in place of files, for tests of this.
  static func load(files: [(name: String, text: String)], plan: GatewayPlan?) -> Result<[TestCase], Diagnostics> {
    let loading = Loading(environment: [:], folder: ".")
    loading.tested = plan
    return decode(files.map { SourceFile(name: $0.name, text: $0.text) }, loading) { TestDecoder.test($0, $1) }
  }

  private static func read<Value>(
    _ directory: String, _ folder: String, _ plan: GatewayPlan,
    _ decode: (MappingReader<TestKeys>, SourceFile) -> Value?
  ) -> Result<[Value], Diagnostics> {
    let path = (directory.hasSuffix("/") ? directory : directory + "/") + folder
    guard FileManager.default.fileExists(atPath: path) else { return .success([]) }
    let loading = Loading(environment: [:], folder: path)
    loading.tested = plan
    let files = FolderReader(loading).read(path, atMost: mostFiles)
    return self.decode(files, loading, decode)
  }

  /// More tests are not read.
  private static let mostFiles = 10_000

  private static func decode<Value>(
    _ files: [SourceFile], _ loading: Loading, _ decode: (MappingReader<TestKeys>, SourceFile) -> Value?
  ) -> Result<[Value], Diagnostics> {
    var values: [Value] = []
    for file in files {
      loading.add(file)
      let composed = YAMLComposer.compose(file)
      loading.add(composed.diagnostics)
      guard let root = composed.root, !composed.isBroken else { continue }
      if let value = MappingReader<TestKeys>(root, loading).flatMap({ decode($0, file) }) { values.append(value) }
    }
    return loading.isGood ? .success(values) : .failure(Diagnostics(loading.diagnostics))
  }
}
