import COpenAt
import Glibc

/// The folder whose files are served: nothing outside of it can be opened, whatever links in it say. *Immutable.* It is
/// looked up anew for each file, so that a link to it may be put elsewhere.
struct FileFolder: Sendable {
  let path: String
  /// The kernel sees to it that no way leads out. Else no link is followed below the folder.
  let isConfined: Bool

  /// How often a way is tried that is moved meanwhile, which the kernel can't tell from one that leads out.
  private static let mostTries = 4

  /// Whether there is `openat2` (Linux 5.6); some sandboxes refuse it.
  static let hasConfinement: Bool = {
    let descriptor = weft_open_beneath(AT_FDCWD, ".")
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0 || (errno != ENOSYS && errno != EPERM)
  }()

  init(_ path: String, isConfined: Bool = Self.hasConfinement) {
    self.path = path
    self.isConfined = isConfined
  }

  /// Opens a file or a folder by names that `FilePath` has let through, joined by slashes; empty: the folder itself. Blocks.
  func open(_ file: String) throws(FileFault) -> OpenFile {
    let folder = weft_open_folder(path)
    guard folder >= 0 else { throw FileFault(errno: errno) }
    defer { close(folder) }
    let descriptor = isConfined ? try beneath(folder, file.isEmpty ? "." : file) : try step(folder, file)
    return try OpenFile(descriptor)
  }

  private func beneath(_ folder: Int32, _ file: String) throws(FileFault) -> Int32 {
    var tries = 1
    while true {
      let descriptor = weft_open_beneath(folder, file)
      if descriptor >= 0 { return descriptor }
      guard errno == EAGAIN || errno == EINTR, tries < Self.mostTries else { throw FileFault(errno: errno) }
      tries += 1
    }
  }

  /// Name by name.
  private func step(_ folder: Int32, _ file: String) throws(FileFault) -> Int32 {
    let names = file.split(separator: "/").map(String.init)
    guard names.allSatisfy(FilePath.isName) else { throw .missing }
    var place = folder
    defer { if place != folder { close(place) } }
    for name in names.dropLast() {
      let next = weft_open_name(place, name, 1)
      guard next >= 0 else { throw FileFault(errno: errno) }
      if place != folder { close(place) }
      place = next
    }
    let descriptor = weft_open_name(place, names.last ?? ".", 0)
    guard descriptor >= 0 else { throw FileFault(errno: errno) }
    return descriptor
  }
}
