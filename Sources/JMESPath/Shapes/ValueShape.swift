import JSONText

/// What is known of a JSON value before there is one: which kinds it may be of, and what is in it. It says too little
/// rather than too much. A value.
package struct ValueShape: Hashable, Sendable {
  package struct Kinds: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let null = Kinds(rawValue: 1)
    package static let boolean = Kinds(rawValue: 2)
    /// A number without a fraction.
    package static let integer = Kinds(rawValue: 4)
    /// Any other number.
    package static let fraction = Kinds(rawValue: 8)
    package static let string = Kinds(rawValue: 16)
    package static let array = Kinds(rawValue: 32)
    package static let object = Kinds(rawValue: 64)
    package static let number: Kinds = [.integer, .fraction]
    package static let all: Kinds = [.null, .boolean, .integer, .fraction, .string, .array, .object]
  }

  /// A member that an object may have.
  package struct Member: Hashable, Sendable {
    package var name: String
    package var shape: ValueShape
    /// Every object has it.
    package var isRequired: Bool

    package init(_ name: String, _ shape: ValueShape, isRequired: Bool = true) {
      self.name = name
      self.shape = shape
      self.isRequired = isRequired
    }
  }

  /// The bound on members that are told apart.
  package static let mostMembers = 500
  /// The bound on levels that are told apart.
  package static let mostLevels = 24

  package var kinds: Kinds
  /// Of an array. One, or none where nothing is known of them.
  private var element: [ValueShape] = []
  /// Of an object, in the order in which they were met.
  package var members: [Member] = []
  /// Of members that are not among these. One, or none where there are no others.
  private var other: [ValueShape] = []

  package init(_ kinds: Kinds) {
    self.kinds = kinds
  }

  /// Nothing is known.
  package static let any = ValueShape(.all).withUnknownMembers
  /// There is no such value.
  package static let never = ValueShape([])
  package static let null = ValueShape(.null)
  package static let boolean = ValueShape(.boolean)
  package static let integer = ValueShape(.integer)
  package static let number = ValueShape(.number)
  package static let string = ValueShape(.string)

  package static func array(of element: ValueShape) -> ValueShape {
    var shape = ValueShape(.array)
    if !element.isAny { shape.element = [element] }
    return shape
  }

  /// - Parameter others: `nil`: it has no others.
  package static func object(_ members: [Member], others: ValueShape? = nil) -> ValueShape {
    var shape = ValueShape(.object)
    shape.members = Array(members.prefix(mostMembers))
    shape.other = members.count > mostMembers ? [anyWithoutMembers] : others.map { [$0] } ?? []
    return shape
  }

  /// Of members that nothing is known of; it has none of its own, so that there is an end to it.
  private static let anyWithoutMembers = ValueShape(.all)

  private var withUnknownMembers: ValueShape {
    var shape = self
    shape.other = [Self.anyWithoutMembers]
    return shape
  }

  package var isAny: Bool { kinds == .all && element.isEmpty && members.isEmpty }
  package var mayBeNull: Bool { kinds.contains(.null) }

  /// Of an array; `any` where nothing is known.
  package var elements: ValueShape { element.first ?? .any }

  /// Of members that are not listed; `nil`: there are no others.
  package var others: ValueShape? { other.first.map { $0.isAny ? .any : $0 } }

  package var withoutNull: ValueShape {
    var shape = self
    shape.kinds.remove(.null)
    return shape
  }

  package var orNull: ValueShape {
    var shape = self
    shape.kinds.insert(.null)
    return shape
  }

  /// Restricted to some kinds.
  package func only(_ kinds: Kinds) -> ValueShape {
    var shape = self
    shape.kinds.formIntersection(kinds)
    if !shape.kinds.contains(.array) { shape.element = [] }
    if !shape.kinds.contains(.object) { (shape.members, shape.other) = ([], []) }
    return shape
  }

  /// What is false by JMESPath's notion of truth.
  package var falsy: ValueShape {
    var shape = only([.null, .boolean, .string, .array, .object])
    if shape.kinds.contains(.array) { shape.element = [.never] }
    (shape.members, shape.other) = ([], [])
    return shape
  }

  /// The value of a member, as an expression sees it: null where there is none.
  package subscript(member name: String) -> ValueShape {
    guard kinds.contains(.object) else { return .null }
    let isObject = kinds == .object
    if let member = members.first(where: { $0.name == name }) {
      return member.isRequired && isObject ? member.shape : member.shape.orNull
    }
    return others?.orNull ?? .null
  }

  /// Either.
  package func union(_ next: ValueShape) -> ValueShape { union(next, level: 0) }

  private func union(_ next: ValueShape, level: Int) -> ValueShape {
    if isAny || next.isAny || level > Self.mostLevels { return .any }
    if kinds.isEmpty { return next }
    if next.kinds.isEmpty { return self }
    var shape = ValueShape(kinds.union(next.kinds))
    switch (kinds.contains(.array), next.kinds.contains(.array)) {
    case (true, true):
      let element = elements.union(next.elements, level: level + 1)
      shape.element = element.isAny ? [] : [element]
    case (true, false): shape.element = element
    case (false, true): shape.element = next.element
    case (false, false): break
    }
    switch (kinds.contains(.object), next.kinds.contains(.object)) {
    case (true, true): shape.join(self, next, level)
    case (true, false): (shape.members, shape.other) = (members, other)
    case (false, true): (shape.members, shape.other) = (next.members, next.other)
    case (false, false): break
    }
    return shape
  }

  private mutating func join(_ left: ValueShape, _ right: ValueShape, _ level: Int) {
    for member in left.members {
      if let same = right.members.first(where: { $0.name == member.name }) {
        let both = member.shape.union(same.shape, level: level + 1)
        members.append(Member(member.name, both, isRequired: member.isRequired && same.isRequired))
      } else {
        let shape = right.others.map { member.shape.union($0, level: level + 1) } ?? member.shape
        members.append(Member(member.name, shape, isRequired: false))
      }
    }
    for member in right.members where !left.members.contains(where: { $0.name == member.name }) {
      let shape = left.others.map { member.shape.union($0, level: level + 1) } ?? member.shape
      members.append(Member(member.name, shape, isRequired: false))
    }
    switch (left.others, right.others) {
    case (let one?, let two?): other = [one.union(two, level: level + 1)]
    case (let one?, nil), (nil, let one?): other = [one]
    case (nil, nil): break
    }
    if members.count > Self.mostMembers {
      members.removeLast(members.count - Self.mostMembers)
      other = [Self.anyWithoutMembers]
    }
  }

  /// All that may be a member's value.
  package var values: ValueShape {
    members.reduce(others ?? .never) { $0.union($1.shape) }
  }
}

extension ValueShape {
  /// The shape of one value: itself, and no more.
  package init(of value: JSONValue) { self.init(of: value, level: 0) }

  private init(of value: JSONValue, level: Int) {
    switch value.kind {
    case .null: self = .null
    case .true, .false: self = .boolean
    case .number: self = value.numberText?.allSatisfy { $0 == "-" || $0.isNumber } == true ? .integer : .number
    case .string: self = .string
    case .array where level < Self.mostLevels:
      let elements = (value.elements ?? []).map { ValueShape(of: $0, level: level + 1) }
      self = .array(of: elements.reduce(.never) { $0.union($1) })
    case .object where level < Self.mostLevels:
      var members: [Member] = []
      for (name, value) in value.namedValues {
        let member = Member(name, ValueShape(of: value, level: level + 1))
        if let place = members.firstIndex(where: { $0.name == name }) {
          members[place] = member
        } else {
          members.append(member)
        }
      }
      self = .object(members)
    case .array, .object: self = .any
    }
  }
}

extension JSONValue {
  /// The members of an object, as they come.
  package var namedValues: [(name: String, value: JSONValue)] {
    switch self {
    case .object(let object): object.members.map { ($0.name, $0.value) }
    case .slice(let slice): slice.members.map { ($0.key.string ?? "", .slice($0.value)) }
    default: []
    }
  }
}
