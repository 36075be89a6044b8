import Foundation
import Testing

@testable import NamedFiles

/// What may be wrong with a file that is named, and that nobody waits for what is none.
@Suite struct NamedFileTests {
  /// Removed with the test.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.appending(path: "named-\(UUID().uuidString)").path

    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ bytes: [UInt8], to name: String) -> String {
      _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(bytes))
      return "\(path)/\(name)"
    }
  }

  private func fault(_ path: String, atMost most: Int = 16) -> NamedFileFault? {
    do throws(NamedFileFault) {
      _ = try NamedFile(path, atMost: most).text()
      return nil
    } catch { return error }
  }

  @Test func whatIsThereIsRead() throws {
    let folder = try Folder()
    let path = folder.write(Array("sixteen bytes öö".utf8).dropLast(), to: "a")
    chmod(path, 0o640)
    let file = try NamedFile(path, atMost: 32)
    #expect(file.bytes.count == 17 && file.mode == 0o640 && file.isOwn)
    let large = folder.write([UInt8](repeating: 0x61, count: 200_000), to: "b")
    #expect(try NamedFile(large, atMost: 200_000).text().utf8.count == 200_000)
  }

  @Test func whatIsWrongIsSaid() throws {
    let folder = try Folder()
    #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
    let faults: [(String, NamedFileFault?)] = [
      ("\(folder.path)/nowhere", .missing), ("\(folder.write([0x61], to: "f"))/below", .missing),
      (folder.path, .folder), ("\(folder.path)/pipe", .special), ("/dev/null", .special),
      (folder.write([], to: "e"), .empty), (folder.write(Array(" \n".utf8), to: "w"), .empty),
      (folder.write([0x61, 0xFF], to: "u"), .notText),
      (folder.write([UInt8](repeating: 0x61, count: 17), to: "l"), .tooLarge(16)),
      (folder.write([UInt8](repeating: 0x61, count: 16), to: "m"), nil),
      (String(repeating: "x", count: 5000), .unreadable(ENAMETOOLONG)),
    ]
    for (path, expected) in faults { #expect(fault(path) == expected, "\(path)") }
    // A file of the kernel's says that it has no bytes, and has some.
    #expect(fault("/proc/self/status") == .tooLarge(16))
  }

  @Test func wordsSayTheBound() {
    #expect(NamedFileFault.tooLarge(1 << 20).words == "is larger than 1MiB")
    #expect(NamedFileFault.tooLarge(64 << 10).words == "is larger than 64KiB")
    #expect(NamedFileFault.unreadable(EACCES).words == "can't be read: Permission denied")
  }
}
