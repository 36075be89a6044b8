import Foundation

/// Files that are written where there are none of their names.
enum NewFiles {
  /// Writes all or, where one is there already, none, and ends the process with status 1.
  static func write(_ files: [(path: String, text: String)], to folder: String) throws(NewFilesError) {
    let places = files.map { URL(filePath: folder).appending(path: $0.path) }
    let there = places.filter { FileManager.default.fileExists(atPath: $0.path) }
    guard there.isEmpty else { throw .exists(there.map(\.relativePath)) }
    do {
      for (place, file) in zip(places, files) {
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: place, options: .withoutOverwriting)
      }
    } catch {
      throw .failed(error.localizedDescription)
    }
  }
}

/// Why files were not written.
enum NewFilesError: Error, CustomStringConvertible {
  case exists([String])
  case failed(String)

  var description: String {
    switch self {
    case .exists(let paths): "\(paths.joined(separator: ", ")) is there already, and nothing is overwritten"
    case .failed(let reason): "the files can't be written: \(reason)"
    }
  }
}
