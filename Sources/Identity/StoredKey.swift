import Front
import JSONText
import NIOCore
import Plans
import Redis

/// What Redis has of a key: a hash with the members of an entry as its fields.
enum StoredKey {
  /// Of one hash, and of their names and values together: what is kept of each key.
  static let mostFields = 64
  static let mostBytes = 16 * 1024

  /// Returns the entry, without hashes; `nil`: there is none.
  /// - Parameter reply: of `HGETALL`.
  static func entry(_ reply: RedisReply) throws(StoredKeyFault) -> APIKeyEntry? {
    guard let parts = reply.elements, parts.count.isMultiple(of: 2) else { throw .reply }
    guard !parts.isEmpty else { return nil }
    guard parts.count <= 2 * mostFields, parts.reduce(0, { $0 + ($1.bytes?.readableBytes ?? 0) }) <= mostBytes else {
      throw .size
    }
    let texts = parts.map { $0.bytes.flatMap { String(validating: $0.readableBytesView, as: UTF8.self) } }
    var entry = APIKeyEntry(id: "", hashes: [])
    for index in stride(from: 0, to: texts.count, by: 2) {
      guard let name = texts[index], let value = texts[index + 1] else { throw .text }
      try take(name, value, into: &entry)
    }
    guard !entry.id.isEmpty else { throw .id }
    return entry
  }

  private static func take(_ name: String, _ value: String, into entry: inout APIKeyEntry) throws(StoredKeyFault) {
    switch name {
    case "id": entry.id = value
    case "plan": entry.plan = value.isEmpty ? nil : value
    case "groups":
      let groups = value.utf8.split(separator: UInt8(ascii: ",")).map { HeaderName.trimmed(Substring($0)) }
      entry.groups = groups.filter { !$0.isEmpty }.map(String.init)
    case "expires":
      guard let end = CalendarDate.end(of: value) ?? CalendarDate.instant(value) else { throw .expires }
      entry.expires = end
    case "disabled":
      guard value == "true" || value == "false" else { throw .disabled }
      entry.isDisabled = value == "true"
    case "provider", "subject": throw .taken(name)
    default: entry.fields.append(name, .string(value))
    }
  }
}

/// Why a hash in Redis is no entry. What is said of it shows none of its values.
enum StoredKeyFault: Error, Equatable, CustomStringConvertible {
  case reply, size, text, id, expires, disabled
  case taken(String)

  var description: String {
    switch self {
    case .reply: "is no hash"
    case .size: "has more than \(StoredKey.mostFields) fields or \(StoredKey.mostBytes) bytes"
    case .text: "is not UTF-8"
    case .id: "has no `id`"
    case .expires: "has an `expires` that is no date such as 2027-12-31"
    case .disabled: "has a `disabled` that is neither true nor false"
    case .taken(let name): "has a field `\(name)`, which every identity has"
    }
  }
}
