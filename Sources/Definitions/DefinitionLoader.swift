import Foundation
import Hashing
import Plans

/// Reads a folder of definitions as one whole: the same for `check` and for `run`.
package enum DefinitionLoader {
  /// Bounds on what is read.
  static let maxFiles = 1000
  static let maxFileBytes = 1024 * 1024

  /// - Parameters:
  ///   - directory: as given to the command; diagnostics name files by it.
  ///   - environment: what `${env.NAME}` is replaced by.
  package static func load(
    directory: String, environment: [String: String]
  ) -> Result<LoadedDefinitions, Diagnostics> {
    let loading = Loading(environment: environment, folder: directory)
    let files = FolderReader(loading).read(directory)
    return load(files, loading, place: directory)
  }

  /// Texts instead of files, in the order of their names.
  /// - Parameter folder: relative paths of secrets and certificates start here.
  package static func load(
    files: [(name: String, text: String)], environment: [String: String] = [:], folder: String = "."
  ) -> Result<LoadedDefinitions, Diagnostics> {
    let loading = Loading(environment: environment, folder: folder)
    let sources = files.sorted { $0.name < $1.name }.map { SourceFile(name: $0.name, text: $0.text) }
    return load(sources, loading, place: "definitions")
  }

  private static func load(
    _ files: [SourceFile], _ loading: Loading, place: String
  ) -> Result<LoadedDefinitions, Diagnostics> {
    var plan = FolderDecoder(loading).decode(files)
    plan.fingerprint = fingerprint(of: files, plan.files.revealed)
    if plan.routes.isEmpty, loading.isGood {
      loading.report(
        at: SourceLocation(file: place, line: 0, column: 0), "no file here defines a route; one is enough",
        hint: "begin with `routes: { GET /hello: { response: { hello: world } } }`")
    }
    let found = Diagnostics(loading.diagnostics)
    return loading.isGood ? .success(LoadedDefinitions(plan: plan, warnings: found)) : .failure(found)
  }
}

extension DefinitionLoader {
  /// - Parameter others: that the definitions name, by their paths.
  private static func fingerprint(of files: [SourceFile], _ others: [String: String]) -> String {
    var digest = Digest()
    // The folder's own name does not count.
    for file in files {
      digest.update(counted: (file.name as NSString).lastPathComponent)
      digest.update(counted: file.text)
    }
    for text in others.sorted(by: { $0.key < $1.key }).map(\.value) { digest.update(counted: text) }
    return String(Hash256(digest).hex.prefix(16))
  }
}

/// A folder of definitions that can be served.
package struct LoadedDefinitions: Sendable {
  package var plan: GatewayPlan
  /// What is hardly meant; usually none.
  package let warnings: Diagnostics
}
