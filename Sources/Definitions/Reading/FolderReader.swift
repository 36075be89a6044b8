import Foundation
import Plans

/// Reads the definition files of a folder.
struct FolderReader {
  private let loading: Loading

  init(_ loading: Loading) {
    self.loading = loading
  }

  /// In the order of their names; what can't be read is reported.
  func read(_ directory: String) -> [SourceFile] {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: directory, isDirectory: &isFolder) else {
      report(
        directory, "there is no such folder", hint: "name the folder with your definitions, `compositions` by default")
      return []
    }
    guard isFolder.boolValue, let entries = try? manager.contentsOfDirectory(atPath: directory) else {
      report(directory, isFolder.boolValue ? "the folder can't be read" : "this is a file; a folder is needed")
      return []
    }
    let names = entries.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }.sorted()
    if names.isEmpty { report(directory, "the folder has no `*.yaml` files") }
    if names.count > DefinitionLoader.maxFiles {
      report(directory, "the folder has \(names.count) files; at most \(DefinitionLoader.maxFiles) are read")
      return []
    }
    let base = directory.hasSuffix("/") ? directory : directory + "/"
    return names.compactMap { file(base + $0) }
  }

  private func file(_ path: String) -> SourceFile? {
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: DefinitionLoader.maxFileBytes + 1) ?? Data()
    else {
      report(path, "the file can't be read")
      return nil
    }
    guard data.count <= DefinitionLoader.maxFileBytes else {
      report(path, "the file is larger than \(DefinitionLoader.maxFileBytes.bytesWritten)", hint: "split it")
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      report(path, "the file is not UTF-8")
      return nil
    }
    return SourceFile(name: path, text: text)
  }

  private func report(_ path: String, _ message: String, hint: String? = nil) {
    loading.report(at: SourceLocation(file: path, line: 0, column: 0), message, hint: hint)
  }
}
