import Foundation

/// A folder that lives as long as this object. Immutable.
final class TemporaryFolder: Sendable {
  let path: String

  init(files: [String: String] = [:]) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "weft-behaviour-\(UUID().uuidString)")
    path = url.path
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try write(text, to: name) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// - Parameter name: may have folders in it, which are made.
  func write(_ text: String, to name: String) throws {
    if let slash = name.lastIndex(of: "/") {
      try FileManager.default.createDirectory(atPath: "\(path)/\(name[..<slash])", withIntermediateDirectories: true)
    }
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
  }
}
