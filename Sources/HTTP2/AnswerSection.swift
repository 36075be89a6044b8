import Front
import Messages
import NIOHPACK

/// Builds the header section of an answer in HTTP/2, or its trailer section. A value.
struct AnswerSection {
  private(set) var headers = HPACKHeaders()

  /// A trailer section.
  init() {}

  init(status: Int, estimatedFields: Int = 8) {
    headers.reserveCapacity(estimatedFields)
    headers.add(name: ":status", value: "\(status)")
  }

  mutating func add(_ name: String, _ value: String) {
    headers.add(name: name, value: value, indexing: Self.indexing(name))
  }

  /// What an encoder keeps of a field. It looks through all that it keeps for each field that may be kept: only those
  /// whose values come again are. Cookies are kept from whoever guesses at what is kept (RFC 7541 §7.1.3).
  private static func indexing(_ name: String) -> HPACKIndexing {
    switch name {
    case "content-type", "cache-control", "vary", "server", "content-encoding", "accept-ranges": .indexable
    case "weft-outcome", "strict-transport-security", "access-control-allow-origin": .indexable
    case "set-cookie": .neverIndexed
    default: .nonIndexable
    }
  }

  /// The fields that an answer may have.
  /// - Parameters:
  ///   - takesDate: `Date` is not the sink's.
  ///   - hasTrailers: there is a place for what `Trailer` announces.
  ///   - refused: gets the name of one that can't be sent.
  mutating func add(
    _ fields: some FieldSequence, _ changes: FieldChanges = FieldChanges(), takesDate: Bool = false,
    hasTrailers: Bool = false, refused: (String) -> Void
  ) {
    fields.forEachField { name, value in
      if !changes.keeps(name) { return }
      switch FieldOwner(name) {
      case .answer: break
      case .date where takesDate: break
      case .trailer where hasTrailers: break
      case .connection, .date, .trailer: return refused(String(decoding: name, as: UTF8.self))
      }
      if !addField(name, value) { refused(String(decoding: name, as: UTF8.self)) }
    }
  }

  /// False where the name is none, or the value has a control character; then nothing is added.
  private mutating func addField(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !name.isEmpty, name.allSatisfy({ HeadSyntax.isToken($0) }), value.allSatisfy({ HeadSyntax.isFieldValue($0) })
    else {
      return false
    }
    var value = value[...]
    while let first = value.first, HeadSyntax.isBlank(first) { value = value.dropFirst() }
    while let last = value.last, HeadSyntax.isBlank(last) { value = value.dropLast() }
    let lowercase = String(unsafeUninitializedCapacity: name.count) { target in
      for index in 0..<name.count { target.initializeElement(at: index, to: HeaderName.lower(name[index])) }
      return name.count
    }
    add(lowercase, String(decoding: value, as: UTF8.self))
    return true
  }
}
