import Foundation

/// Finds the public conformance suites, which are not part of the repository.
package enum Conformance {
  /// `shared/conformance/NAME` beside one of the folders above this file; nil where there is none.
  package static func folder(_ name: String, file: String = #filePath) -> URL? {
    var folder = URL(fileURLWithPath: file)
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      let candidate = folder.appendingPathComponent("shared/conformance/\(name)")
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
    }
    return nil
  }
}
