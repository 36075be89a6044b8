import Foundation

/// A folder that is to be served, as it is at load.
struct ServedFolder {
  private let path: String

  init(_ path: String) {
    self.path = path
  }

  /// What is wrong with it, behind its name.
  /// - Parameter definitions: the folder that definitions are in.
  func fault(definitions: String) -> (message: String, hint: String?)? {
    var isFolder = ObjCBool(false)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return ("does not exist; paths are relative to the folder of definitions", nil)
    }
    guard isFolder.boolValue else { return ("is a file; `files` serves a folder", nil) }
    guard FileManager.default.isExecutableFile(atPath: path) else { return ("can't be looked into by this user", nil) }
    let (real, own) = (Self.real(path), Self.real(definitions))
    if own == real || own.hasPrefix(real == "/" ? "/" : "\(real)/") {
      return (
        "holds these definitions, which all clients could then read",
        "give the files a folder of their own, such as `public`"
      )
    }
    if let system = ["/proc", "/sys", "/dev"].first(where: { real == $0 || real.hasPrefix("\($0)/") }) {
      return ("is below `\(system)`, where no files are but the system itself", nil)
    }
    return nil
  }

  private static func real(_ path: String) -> String {
    URL(filePath: path).resolvingSymlinksInPath().standardizedFileURL.path
  }
}
