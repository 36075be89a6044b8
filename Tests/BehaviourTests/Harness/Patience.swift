import Foundation

/// How long the harness waits for something that must happen. Long enough for a busy machine: running into one of
/// these is a failure, never a measurement.
enum Patience {
  /// For one event: bytes, an end of a process, the arrival of requests at a backend.
  static let seconds = 60.0

  static var deadline: Date { Date(timeIntervalSinceNow: seconds) }
}
