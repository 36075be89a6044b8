extension TCPStream {
  /// The next message's head; `nil` where the peer closed or reset instead.
  func readHead() throws -> MessageHead? {
    do {
      return try read(through: Array("\r\n\r\n".utf8)).map { try MessageHead($0) }
    } catch SocketFailure.broken {
      return nil
    }
  }

  /// The next message's head on a connection that may stay idle for as long as `isWanted` says.
  func readHeadPatiently(while isWanted: () -> Bool) throws -> MessageHead? {
    while isWanted() {
      do { return try readHead() } catch SocketFailure.timeout { continue }
    }
    return nil
  }

  /// A body by its head's framing. `isComplete` is false where the stream ended or broke before the body did.
  func readBody(_ head: MessageHead, untilCloseByDefault: Bool) throws -> (bytes: [UInt8], isComplete: Bool) {
    if let coding = head["transfer-encoding"] {
      guard coding.lowercased() == "chunked", head["content-length"] == nil else {
        throw SocketFailure.malformed("framing: \(coding), Content-Length \(head["content-length"] ?? "none")")
      }
      return try readChunks()
    }
    if let text = head["content-length"] {
      guard let length = Int(text) else { throw SocketFailure.malformed("Content-Length \(text)") }
      let bytes = try read(count: length)
      return (bytes, bytes.count == length)
    }
    return untilCloseByDefault ? try readToEnd() : ([], true)
  }

  private func readToEnd() throws -> (bytes: [UInt8], isComplete: Bool) {
    var bytes: [UInt8] = []
    do {
      while true {
        let more = try read()
        if more.isEmpty { return (bytes, true) }
        bytes += more
      }
    } catch SocketFailure.broken {
      return (bytes, false)
    }
  }

  private func readChunks() throws -> (bytes: [UInt8], isComplete: Bool) {
    var bytes: [UInt8] = []
    while true {
      guard let line = try readLine(), let size = Int(line.prefix { $0 != ";" }, radix: 16) else {
        return (bytes, false)
      }
      if size == 0 { break }
      let chunk = try read(count: size)
      bytes += chunk
      guard chunk.count == size, try readLine() == "" else { return (bytes, false) }
    }
    while let trailer = try readLine() {
      if trailer.isEmpty { return (bytes, true) }
    }
    return (bytes, false)
  }

  private func readLine() throws -> String? {
    do {
      return try read(through: [13, 10]).map { String(decoding: $0.dropLast(2), as: UTF8.self) }
    } catch SocketFailure.broken {
      return nil
    }
  }
}
