/// *Confined to its handle.* Takes the header lines of a response as libcurl hands them out, one by one, interim
/// responses included, and keeps the final head. The storage is reused by the handle's next transfer.
struct ResponseHead {
  enum Step {
    case more
    /// This line ended the final head.
    case complete
    /// The head is too large, or does not say clearly where the body ends; see `refusal`.
    case refused
  }

  private enum Position { case statusLine, firstField, fields, behind }

  /// Larger heads are refused.
  static let maxBytes = 256 * 1024
  /// Heads with more lines are refused, as of clients.
  static let maxFields = 256
  private static let keptCapacity = 16 * 1024

  /// The status of the head that is being read, or was: below 200 while only interim responses came, 0 before any line.
  private(set) var status = 0
  private(set) var isHTTP2 = false
  private(set) var bytes: [UInt8] = []
  private var fields = 0
  private var position = Position.statusLine
  private var keepsAll = false
  private(set) var body = AnnouncedBody()
  /// Why the head was refused.
  private(set) var refusal = ""
  /// The seconds that `Keep-Alive` says.
  private(set) var keptSeconds: Int?

  var isComplete: Bool { position == .behind }
  /// A status line came, and nothing behind it yet.
  var awaitsFirstField: Bool { position == .firstField }
  /// Whether nothing of the final head has come yet.
  var isBeforeStatus: Bool { position == .statusLine }
  /// Whether some line of a response came, be it an interim one.
  var hasBegun: Bool { status != 0 }

  /// `keepsAll`: fields are kept whatever the status; else only those of a failure (400 and more), where `Retry-After`
  /// and `WWW-Authenticate` are wanted.
  mutating func reset(keepsAll: Bool) {
    status = 0
    isHTTP2 = false
    position = .statusLine
    self.keepsAll = keepsAll
    bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
  }

  mutating func append(_ line: UnsafeRawBufferPointer) -> Step {
    switch position {
    case .behind:
      return .more
    case .statusLine:
      status = Self.status(line)
      isHTTP2 = line.count > 5 && line[5] == UInt8(ascii: "2")
      bytes.removeAll(keepingCapacity: true)
      body = AnnouncedBody()
      fields = 0
      keptSeconds = nil
      position = .firstField
      return .more
    case .firstField, .fields:
      if line.first == 13 || line.first == 10 {
        position = status < 200 ? .statusLine : .behind
        return isComplete ? .complete : .more
      }
      let isFolded = Self.isBlank(line.first)
      if isFolded && awaitsFirstField { return refuse("the answer's first header line begins with white space") }
      position = .fields
      fields += 1
      guard fields <= Self.maxFields else { return refuse("the answer has more than \(Self.maxFields) header lines") }
      guard body.takes(line, isFolded: isFolded) else {
        return refuse("the answer does not say clearly where its body ends")
      }
      if line[0] | 0x20 == UInt8(ascii: "k") { keptSeconds = KeepAliveField.seconds(in: line) ?? keptSeconds }
      guard keepsAll || status >= 400 else { return .more }
      guard bytes.count + line.count <= Self.maxBytes else {
        return refuse("the answer's head is over \(Self.maxBytes) bytes")
      }
      if isFolded { unfold() }
      bytes.append(contentsOf: line)
      return .more
    }
  }

  private mutating func refuse(_ reason: String) -> Step {
    refusal = reason
    return .refused
  }

  static func isBlank(_ byte: UInt8?) -> Bool {
    byte == 32 || byte == 9
  }

  /// RFC 9112 §5.2: a line that begins with white space continues the one before it.
  private mutating func unfold() {
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
  }

  /// The digits after the first space, or 1 where there are none: something came, but it says nothing.
  private static func status(_ line: UnsafeRawBufferPointer) -> Int {
    guard let space = line.firstIndex(of: 32), space + 3 < line.count else { return 1 }
    var status = 0
    for byte in line[(space + 1)...(space + 3)] {
      guard (0x30...0x39).contains(byte) else { return 1 }
      status = status * 10 + Int(widening: byte - 0x30)
    }
    return max(1, status)
  }
}
