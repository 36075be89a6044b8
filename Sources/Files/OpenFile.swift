import Glibc
import NIOCore

/// A file or a folder that is open for reading. *Immutable*; closed with its last reference.
final class OpenFile: Sendable {
  let isFolder: Bool
  /// In bytes, when it was opened.
  let size: Int
  /// Nanoseconds since 1970.
  let modified: Int
  private let descriptor: Int32

  /// Takes over the descriptor. What is neither a regular file nor a folder, a device, say, is closed unread.
  init(_ descriptor: Int32) throws(FileFault) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let fault = FileFault(errno: errno)
      close(descriptor)
      throw fault
    }
    let kind = status.st_mode & S_IFMT
    guard kind == S_IFREG || kind == S_IFDIR else {
      close(descriptor)
      throw .missing
    }
    isFolder = kind == S_IFDIR
    size = Int(clamping: status.st_size)
    let (seconds, isOver) = Int(clamping: status.st_mtim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    modified = isOver ? 0 : seconds &+ Int(clamping: status.st_mtim.tv_nsec)
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Reads up to `count` bytes; fewer only at the file's end. Blocks.
  func read(at offset: Int, count: Int) throws(FileFault) -> ByteBuffer {
    var buffer = ByteBufferAllocator().buffer(capacity: count)
    while buffer.readableBytes < count {
      let (place, missing) = (off_t(clamping: offset + buffer.readableBytes), count - buffer.readableBytes)
      var failure: Int32 = 0
      let taken = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { room in
        let taken = pread(descriptor, room.baseAddress, missing, place)
        if taken < 0 { failure = errno }
        return max(0, taken)
      }
      if failure == EINTR { continue }
      if failure != 0 { throw FileFault(errno: failure) }
      if taken == 0 { break }
    }
    return buffer
  }
}
