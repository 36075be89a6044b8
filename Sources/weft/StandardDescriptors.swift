import Glibc

/// Descriptors 0, 1 and 2: what is opened first where one of them is closed takes its number, and is written to and read
/// from as if it were the standard one.
enum StandardDescriptors {
  /// Opens those that are closed, on nothing. To be called before anything else is opened.
  static func fill() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
      // The lowest free number, and so this one.
      _ = open("/dev/null", O_RDWR)
    }
  }
}
