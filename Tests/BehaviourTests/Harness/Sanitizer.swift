import Foundation

/// What `make test-tsan` and `make test-asan` build with: slower many times, and with memory of its own.
enum Sanitizer {
  static let isOn = ProcessInfo.processInfo.environment["WEFT_SANITIZED"] == "1"

  /// A part of `count` that takes about as long with it as `count` does without.
  static func share(of count: Int) -> Int { isOn ? count / 5 : count }
}
