import Foundation
import Testing

@testable import Files

/// Both ways of opening: the kernel's, where it has one, and name by name.
@Suite struct FileFolderTests {
  private static let ways = FileFolder.hasConfinement ? [true, false] : [false]

  /// A folder `public` with a file beside it.
  private func withFolder(_ isConfined: Bool, _ body: (FileFolder, String) throws -> Void) throws {
    let root = FileManager.default.temporaryDirectory.appending(path: "weft-files-\(UUID().uuidString)").path
    let folder = "\(root)/public"
    try FileManager.default.createDirectory(atPath: "\(folder)/sub", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: root) }
    for name in ["outside", "public/a", "public/sub/b"] {
      try Data(name.utf8).write(to: URL(filePath: "\(root)/\(name)"))
    }
    try body(FileFolder(folder, isConfined: isConfined), folder)
  }

  private func text(_ folder: FileFolder, _ name: String) throws -> String {
    String(buffer: try folder.open(name).read(at: 0, count: 100))
  }

  private func fault(_ folder: FileFolder, _ name: String) -> FileFault? {
    do throws(FileFault) {
      _ = try folder.open(name)
      return nil
    } catch { return error }
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
  }

  @Test(arguments: ways) func filesAndFolders(_ isConfined: Bool) throws {
    try withFolder(isConfined) { folder, _ in
      let texts = [try text(folder, "a"), try text(folder, "sub/b")]
      #expect(texts == ["public/a", "public/sub/b"])
      let (whole, sub) = (try folder.open(""), try folder.open("sub"))
      #expect(whole.isFolder && sub.isFolder)
      for name in ["c", "a/b", "sub/c", "no/c", String(repeating: "x", count: 300)] {
        #expect(fault(folder, name) == .missing, "\(name)")
      }
    }
  }

  @Test(arguments: ways) func nothingLeadsOut(_ isConfined: Bool) throws {
    try withFolder(isConfined) { folder, path in
      try link("\(path)/file", to: "../outside")
      try link("\(path)/absolute", to: "/etc/hostname")
      try link("\(path)/up", to: "..")
      try link("\(path)/root", to: "/")
      try link("\(path)/around", to: "../public/../outside")
      try link("\(path)/twice", to: "file")
      try link("\(path)/proc", to: "/proc/self/root")
      try link("\(path)/loop", to: "loop")
      for name in [
        "file", "absolute", "up/outside", "root/etc/hostname", "around", "twice", "proc/etc/hostname", "loop",
        "../outside",
        "sub/../../outside",
      ] {
        #expect(fault(folder, name) == .missing, "\(name)")
      }
    }
  }

  @Test(arguments: ways) func linksThatStayWithin(_ isConfined: Bool) throws {
    try withFolder(isConfined) { folder, path in
      try link("\(path)/within", to: "sub/b")
      try link("\(path)/folder", to: "sub")
      if isConfined {
        let texts = [try text(folder, "within"), try text(folder, "folder/b")]
        #expect(texts == ["public/sub/b", "public/sub/b"])
      } else {
        #expect(fault(folder, "within") == .missing && fault(folder, "folder/b") == .missing)
      }
    }
  }

  /// Opening must not wait for whoever writes into a FIFO.
  @Test(arguments: ways) func whatIsNoFileIsNotRead(_ isConfined: Bool) throws {
    try withFolder(isConfined) { folder, path in
      #expect(mkfifo("\(path)/fifo", 0o600) == 0)
      let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(socket) }
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      // A name that is relative is short enough for the address.
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: "\(path)/s".utf8.prefix($0.count - 1)) }
      _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(fault(folder, "fifo") == .missing)
      #expect(fault(folder, "s") == .missing)
    }
  }

  @Test func theFolderMayBePutElsewhere() throws {
    try withFolder(true) { _, path in
      let folder = FileFolder("\(path)/current")
      #expect(fault(folder, "b") == .missing)
      try link("\(path)/current", to: "sub")
      let text = try text(folder, "b")
      #expect(text == "public/sub/b")
    }
  }
}
