import Glibc
import Messages

/// Why a file can't be had.
enum FileFault: Error, Equatable {
  /// There is none, or one that is not to be had by this name: a client is not told which.
  case missing
  /// The process may not read it.
  case forbidden
  /// The process, or the system, has no room for another open file.
  case full
  /// Too many requests wait for a file already.
  case busy
  /// `errno`.
  case failed(Int32)

  init(errno number: Int32) {
    self =
      switch number {
      // ENXIO: a socket. EXDEV: a way out of the folder. ELOOP: a link where none is followed.
      case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP, EXDEV, ENXIO, EINVAL, EILSEQ: .missing
      case EACCES: .forbidden
      case EMFILE, ENFILE, ENOMEM: .full
      default: .failed(number)
      }
  }

  var problem: Problem {
    switch self {
    case .missing: Problem(404, detail: "there is no such file")
    case .forbidden: Problem(403, detail: "this file is not for reading")
    case .full:
      Problem(503, detail: "too many files are open", headers: [HeaderField("Retry-After", "1")])
    case .busy:
      Problem(503, detail: "too many requests wait for files", headers: [HeaderField("Retry-After", "1")])
    case .failed: Problem(500, detail: "the file could not be read")
    }
  }
}
