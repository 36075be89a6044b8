import CCurl
import Messages

/// *Confined to its handle.* The dynamic header lines of one transfer: one block of bytes and one of list nodes, both
/// reused by the handle's next transfer, the last node linked to the shared static lines.
///
/// libcurl walks the list a dozen times a request, looking for the fields it would else add by itself, and copies it
/// out line by line. Fields that it never asks about therefore share one node, with CR LF between them.
struct HeaderLines: ~Copyable {
  /// A block that has grown over this is given back.
  private static let keptBytes = 16 * 1024

  private var bytes = UnsafeMutableBufferPointer<CChar>.allocate(capacity: 1024)
  private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 16)

  deinit {
    bytes.deallocate()
    nodes.deallocate()
  }

  /// The list's first node, valid until the next call and as long as `common` and `shared` live; `nil` where a field is
  /// not safe to send (see `isSafe`). `hostLine` is added unless a field is a `Host`. `common` must hold no field that
  /// libcurl asks about (see `isLookedAt`) or writes itself (see `isOwn`).
  mutating func link(
    _ fields: [HeaderField], _ common: HeaderText? = nil, hostLine: String?, before shared: PreparedHeaders
  ) -> UnsafeMutablePointer<curl_slist>? {
    var hostLine = shared.hasHost ? nil : hostLine
    if fields.isEmpty, common == nil, hostLine == nil { return shared.list }
    var size = (hostLine?.utf8.count ?? 0) + 1
    for field in fields { size += field.name.utf8.count + field.value.utf8.count + 4 }
    reserve(bytes: size, nodes: fields.count + 2)
    var offset = 0
    var count = 0
    var joins = false
    for field in fields where !Self.isOwn(field) {
      if hostLine != nil, field.isNamed("host") { hostLine = nil }
      let isPlain = !Self.isLookedAt(field)
      if joins && isPlain {
        // Over the NUL of the line before.
        bytes[offset - 1] = 13
        bytes[offset] = 10
        offset += 1
      }
      guard let end = write(field, at: offset) else { return nil }
      if !(joins && isPlain) {
        addNode(count, at: offset)
        count += 1
      }
      offset = end
      joins = isPlain
    }
    if let hostLine {
      let end = copy(hostLine, at: offset)
      bytes[end] = 0
      addNode(count, at: offset)
      count += 1
    }
    if let common {
      // libcurl only reads it.
      addNode(count, UnsafeMutablePointer(mutating: common.bytes.baseAddress!))
      count += 1
    }
    guard count > 0 else { return shared.list }
    nodes[count - 1].next = shared.list
    return nodes.baseAddress
  }

  private mutating func reserve(bytes size: Int, nodes count: Int) {
    if size > bytes.count || (bytes.count > Self.keptBytes && size <= Self.keptBytes) {
      bytes.deallocate()
      bytes = .allocate(capacity: max(1024, size))
    }
    if count > nodes.count {
      nodes.deallocate()
      nodes = .allocate(capacity: count * 2)
    }
  }

  private mutating func addNode(_ index: Int, at offset: Int) {
    addNode(index, bytes.baseAddress! + offset)
  }

  private mutating func addNode(_ index: Int, _ text: UnsafeMutablePointer<CChar>) {
    nodes[index] = curl_slist(data: text, next: nil)
    if index > 0 { nodes[index - 1].next = nodes.baseAddress! + index }
  }

  /// The offset after the terminating NUL, or `nil` where the field is not safe.
  private mutating func write(_ field: HeaderField, at offset: Int) -> Int? {
    let nameEnd = copy(field.name, at: offset)
    guard Self.isToken(UnsafeBufferPointer(rebasing: bytes[offset..<nameEnd])) else { return nil }
    bytes[nameEnd] = CChar(UInt8(ascii: ":"))
    bytes[nameEnd + 1] = CChar(UInt8(ascii: " "))
    let end = copy(field.value, at: nameEnd + 2)
    var isBlank = true
    for byte in bytes[(nameEnd + 2)..<end] {
      if byte == 0 || byte == 10 || byte == 13 { return nil }
      if byte != 32 && byte != 9 { isBlank = false }
    }
    if isBlank {
      // libcurl takes "Name:" for "don't send it"; "Name;" sends it without a value.
      bytes[nameEnd] = CChar(UInt8(ascii: ";"))
      bytes[nameEnd + 1] = 0
      return nameEnd + 2
    }
    bytes[end] = 0
    return end + 1
  }

  private mutating func copy(_ text: String, at offset: Int) -> Int {
    var text = text
    return text.withUTF8 { source in
      guard let start = source.baseAddress else { return offset }
      UnsafeMutableRawPointer(bytes.baseAddress! + offset).copyMemory(from: start, byteCount: source.count)
      return offset + source.count
    }
  }

  private static func isToken(_ name: UnsafeBufferPointer<CChar>) -> Bool {
    !name.isEmpty && name.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A && $0 != 0x3B }
  }

  /// Tells whether a field is safe: a name that could end early, or a value that could begin another line, must never
  /// reach the wire.
  static func isSafe(_ field: HeaderField) -> Bool {
    !field.name.isEmpty && field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A && $0 != 0x3B }
      && field.value.utf8.allSatisfy { $0 != 0 && $0 != 10 && $0 != 13 }
  }

  /// Fields that need a node of their own: what libcurl 7.88 looks for by name (`Curl_checkheaders`,
  /// `Curl_add_custom_headers`), and a blank value, which it has a special form for.
  private static func isLookedAt(_ field: HeaderField) -> Bool {
    if field.value.utf8.allSatisfy({ $0 == 32 || $0 == 9 }) { return true }
    switch field.name.utf8.count {
    case 2: return field.isNamed("te")
    case 4: return field.isNamed("host") || field.isNamed("date")
    case 5: return field.isNamed("range")
    case 6: return field.isNamed("accept") || field.isNamed("cookie")
    case 7: return field.isNamed("referer") || field.isNamed("upgrade") || field.isNamed("trailer")
    case 10: return field.isNamed("user-agent") || field.isNamed("connection")
    case 12: return field.isNamed("content-type")
    case 13: return field.isNamed("authorization") || field.isNamed("content-range")
    case 15: return field.isNamed("accept-encoding")
    case 16: return field.isNamed("proxy-connection")
    case 17: return field.isNamed("if-modified-since")
    case 19: return field.isNamed("proxy-authorization") || field.isNamed("if-unmodified-since")
    default: return false
    }
  }

  /// Lines that libcurl writes by itself, from the body's length; a second one would contradict it.
  static func isOwn(_ field: HeaderField) -> Bool {
    switch field.name.utf8.count {
    case 6: field.isNamed("expect")
    case 14: field.isNamed("content-length")
    case 17: field.isNamed("transfer-encoding")
    default: false
    }
  }

  static func line(_ field: HeaderField) -> String {
    field.value.utf8.allSatisfy { $0 == 32 || $0 == 9 } ? "\(field.name);" : "\(field.name): \(field.value)"
  }
}
