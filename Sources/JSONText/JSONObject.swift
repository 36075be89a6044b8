/// An object that is built: members in their order. Made for a handful of members; lookup walks them.
public struct JSONObject: Sendable {
  /// One member.
  public struct Member: Sendable {
    /// Its name, unescaped.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// A member.
    @inline(__always)
    public init(name: String, value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// In the order in which they are written. May hold duplicates, of which the last one counts.
  public private(set) var members: [Member]

  /// An object without members.
  public init() {
    members = []
  }

  /// An object with room for that many members.
  public init(capacity: Int) {
    members = []
    members.reserveCapacity(capacity)
  }

  /// An object with these members, in their order.
  public init(_ members: [Member]) {
    self.members = members
  }

  /// How many members there are, duplicates counted each.
  public var count: Int { members.count }

  /// True without members.
  public var isEmpty: Bool { members.isEmpty }

  /// Gets the last member of that name. Sets it in its place, or behind all others; nil removes every one.
  public subscript(name: String) -> JSONValue? {
    get { index(of: name).map { members[$0].value } }
    set {
      guard let value = newValue else {
        members.removeAll { JSONObject.isSame($0.name, name) }
        return
      }
      if let index = index(of: name) { members[index].value = value } else { append(name, value) }
    }
  }

  /// Gets the last member of that name. Allocates nothing.
  @inline(__always)
  public subscript(name: JSONName) -> JSONValue? {
    members.withUnsafeBufferPointer { members in
      var index = members.count
      while index > 0 {
        index &-= 1
        if name.isSame(as: members[index].name) { return members[index].value }
      }
      return nil
    }
  }

  /// Adds a member behind all others, without looking for one of the same name.
  @inline(__always)
  public mutating func append(_ name: String, _ value: JSONValue) {
    members.append(Member(name: name, value: value))
  }

  private func index(of name: String) -> Int? {
    members.lastIndex { JSONObject.isSame($0.name, name) }
  }

  /// By code points: `==` of `String` would take a composed and a decomposed letter for the same.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
  }
}
