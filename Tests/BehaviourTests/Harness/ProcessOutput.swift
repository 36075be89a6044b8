import Foundation
import Glibc
import TestSockets

/// Collects what a process writes to one of its outputs. Guarded by its condition.
final class ProcessOutput: @unchecked Sendable {
  let pipe = Pipe()
  private let condition = NSCondition()
  private var bytes: [UInt8] = []
  private var isAtEnd = false

  /// Begins to read. The writing end must have been handed to the process, and is closed here.
  func begin() {
    try? pipe.fileHandleForWriting.close()
    startThread { self.collect() }
  }

  var text: String {
    condition.lock()
    defer { condition.unlock() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Waits until `find` returns something for the text so far; `nil` where the output ended or patience ran out.
  func wait<Found>(for find: (String) -> Found?) -> Found? {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let found = find(String(decoding: bytes, as: UTF8.self)) { return found }
      if isAtEnd || !condition.wait(until: deadline) { return nil }
    }
  }

  /// Waits for the end of the output, which the process's own end brings.
  func waitForEnd() {
    let deadline = Patience.deadline
    condition.lock()
    defer { condition.unlock() }
    while !isAtEnd, condition.wait(until: deadline) {}
  }

  private func collect() {
    let descriptor = pipe.fileHandleForReading.fileDescriptor
    var chunk = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      condition.lock()
      if count > 0 { bytes.append(contentsOf: chunk[..<count]) } else { isAtEnd = true }
      condition.broadcast()
      condition.unlock()
      if count <= 0 { return }
    }
  }
}
