import Foundation
import Glibc
import Plans

/// Reads the definition files of a folder.
struct FolderReader {
  private let loading: Loading

  init(_ loading: Loading) {
    self.loading = loading
  }

  /// In the order of their names; what can't be read is reported.
  func read(_ directory: String, atMost most: Int = DefinitionLoader.maxFiles) -> [SourceFile] {
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
    if names.count > most {
      report(directory, "the folder has \(names.count) files; at most \(most) are read")
      return []
    }
    let base = directory.hasSuffix("/") ? directory : directory + "/"
    return names.compactMap { file(base + $0) }
  }

  private func file(_ path: String) -> SourceFile? {
    guard let data = data(path) else { return nil }
    guard data.count <= DefinitionLoader.maxFileBytes else {
      report(path, "the file is larger than \(DefinitionLoader.maxFileBytes.bytesWritten)", hint: "split it")
      return nil
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      let end = Self.endOfText(data)
      let location = SourceLocation(file: path, line: end.line, column: end.column)
      loading.report(at: location, "the file is not UTF-8 from here on", hint: "save it as UTF-8")
      return nil
    }
    return SourceFile(name: path, text: text)
  }

  /// Not of what only looks like a file: opening a pipe would wait for whoever writes to it.
  private func data(_ path: String) -> Data? {
    var status = stat()
    guard stat(path, &status) == 0, access(path, R_OK) == 0 else {
      report(path, "the file can't be read: \(String(cString: strerror(errno)))")
      return nil
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      report(path, "this is no file, but ends in `.yaml` or `.yml`")
      return nil
    }
    do {
      guard let handle = FileHandle(forReadingAtPath: path) else { throw POSIXError(.EIO) }
      return try handle.read(upToCount: DefinitionLoader.maxFileBytes + 1) ?? Data()
    } catch {
      report(path, "the file can't be read")
      return nil
    }
  }

  /// Where the first byte stands that is no UTF-8.
  private static func endOfText(_ data: Data) -> (line: Int, column: Int) {
    var (line, column) = (1, 1)
    var bytes = data.makeIterator()
    var decoder = UTF8()
    while case .scalarValue(let scalar) = decoder.decode(&bytes) {
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    return (line, column)
  }

  private func report(_ path: String, _ message: String, hint: String? = nil) {
    loading.report(at: SourceLocation(file: path, line: 0, column: 0), message, hint: hint)
  }
}
