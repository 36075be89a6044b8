import Foundation
import Glibc
import TestSockets

/// A DNS server for IPv4 addresses, at port 53 of an address of the loopback interface; binding that takes root.
/// Guarded by its lock; it answers on a thread of its own.
final class NameServer: @unchecked Sendable {
  private struct Query {
    var name: String
    var isForIPv4: Bool
    /// As it came: 12 bytes of head, then the question.
    var bytes: [UInt8]
    var from: sockaddr_in
  }

  /// The path of a `resolv.conf` that names it.
  let settings: String
  private let folder: TemporaryFolder
  private let descriptor: Int32
  private let lock = NSLock()
  private var addresses: [String: [String]] = [:]
  private var held: [Query] = []
  private var isHolding = false
  private var isStopped = false
  private var counts: [String: Int] = [:]

  init(_ addresses: [String: [String]]) throws {
    self.addresses = addresses
    while true {
      let host = 0x7F35_0000 | UInt32.random(in: 1...0xFFFE)
      guard let bound = Loopback.bindDatagrams(host: host, port: 53) else { continue }
      descriptor = bound
      let address = "127.53.\(host >> 8 & 255).\(host & 255)"
      // Longer than a test takes: nothing is asked twice.
      folder = try TemporaryFolder(files: ["resolv.conf": "nameserver \(address)\noptions timeout:30 attempts:3\n"])
      settings = folder.path + "/resolv.conf"
      break
    }
    startThread { self.serve() }
  }

  /// How often IPv4 addresses of the name were asked for.
  func count(of name: String) -> Int { locked { counts[name] ?? 0 } }

  func set(_ name: String, _ addresses: String...) {
    locked { self.addresses[name] = addresses }
  }

  /// Answers nothing until `release`, and then all.
  func hold() {
    locked { isHolding = true }
  }

  func release() {
    let queries = locked {
      isHolding = false
      defer { held = [] }
      return held
    }
    for query in queries { answer(query) }
  }

  func stop() {
    locked { isStopped = true }
    // Wakes the thread, which closes it.
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  private func serve() {
    var buffer = [UInt8](repeating: 0, count: 512)
    while !locked({ isStopped }) {
      var peer = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &peer) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(descriptor, &buffer, buffer.count, 0, $0, &length)
        }
      }
      guard count > 16, let query = Self.query(Array(buffer[..<count]), from: peer) else { continue }
      let isHeld = locked {
        if query.isForIPv4 { counts[query.name, default: 0] += 1 }
        if isHolding { held.append(query) }
        return isHolding
      }
      if !isHeld { answer(query) }
    }
    close(descriptor)
  }

  private static func query(_ bytes: [UInt8], from peer: sockaddr_in) -> Query? {
    var labels: [String] = []
    var index = 12
    while index < bytes.count, bytes[index] > 0 {
      let end = index + 1 + Int(bytes[index])
      guard end < bytes.count else { return nil }
      labels.append(String(decoding: bytes[(index + 1)..<end], as: UTF8.self))
      index = end
    }
    guard index + 5 <= bytes.count else { return nil }
    return Query(
      name: labels.joined(separator: ".").lowercased(), isForIPv4: bytes[index + 2] == 1,
      bytes: Array(bytes[..<(index + 5)]), from: peer)
  }

  private func answer(_ query: Query) {
    let known = locked { addresses[query.name] }
    let records = query.isForIPv4 ? known ?? [] : []
    var bytes = query.bytes
    // An answer, with recursion; NXDOMAIN where the name is not known; one question, so many answers.
    bytes.replaceSubrange(2..<12, with: [0x81, known == nil ? 0x83 : 0x80, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0])
    for record in records {
      bytes += [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4] + record.split(separator: ".").map { UInt8($0)! }
    }
    var peer = query.from
    withUnsafePointer(to: &peer) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body()
  }
}
