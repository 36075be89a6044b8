import Foundation
import Testing

@testable import Definitions

/// Golden cases: a folder for each fault under `Faults/`, with the files as a user would write them and what is said
/// of them in `expected.txt`. `WEFT_UPDATE=1` writes the expectations anew; read the difference before committing it.
@Suite struct FaultTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Faults")
  static let cases =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path).filter { !$0.hasPrefix(".") }.sorted()) ?? []
  static let environment = ["USERS_URL": "http://users:8080", "NOT_A_URL": "s3cret", "EMPTY": ""]

  @Test func thereAreCases() {
    #expect(Self.cases.count >= 80)
  }

  @Test(arguments: cases) func saysWhatIsWrong(_ name: String) throws {
    let folder = Self.folder.appending(path: name)
    let diagnostics = try Self.diagnostics(in: folder)
    let found = try #require(diagnostics, "nothing is said of the definitions of \(name)")
    let file = folder.appending(path: "expected.txt")
    if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
      try found.text.write(to: file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(found.text == expected)
    #expect(!found.text.contains("s3cret"), "a value of the environment is shown")
    #expect(!found.text.contains("weft-fault-"), "where the definitions are is shown")
  }

  /// Files are named relative to the case, and everybody can read those that definitions name, so that expectations hold
  /// on every machine.
  static func diagnostics(in folder: URL) throws -> Diagnostics? {
    let manager = FileManager.default
    let place = manager.temporaryDirectory.appending(path: "weft-fault-\(UUID().uuidString)")
    try manager.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? manager.removeItem(at: place) }
    let copy = place.appending(path: folder.lastPathComponent)
    try manager.copyItem(at: folder, to: copy)
    for name in try manager.contentsOfDirectory(atPath: copy.path) where !name.hasSuffix(".yaml") {
      var isFolder: ObjCBool = false
      let path = copy.appending(path: name).path
      guard manager.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".yaml") || $0.hasSuffix(".yml")
    }
    let files = try names.map { (name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    switch DefinitionLoader.load(files: files, environment: environment, folder: copy.path) {
    case .success(let loaded): return loaded.warnings.all.isEmpty ? nil : loaded.warnings.named(from: copy)
    case .failure(let diagnostics): return diagnostics.named(from: copy)
    }
  }
}

extension Diagnostics {
  /// Files that definitions name are in the folder, too.
  fileprivate func named(from folder: URL) -> Diagnostics {
    Diagnostics(
      all.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.location.file.replace("\(folder.path)/", with: "")
        return diagnostic
      })
  }
}
