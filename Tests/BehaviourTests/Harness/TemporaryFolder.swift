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

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
  }
}
