import JSONText

/// The members of one input of a request: names in the order of their first appearance, each looked up in
/// constant time, since a client chooses how many there are. A value type. `Name` is a parameter so that tests can count
/// the looks at names.
struct InputMembers<Name: MemberName> {
  /// What becomes of a name that comes again.
  enum Repetition {
    /// The first value counts.
    case first
    /// One text, with `, ` between.
    case joined
    /// Every name has a list.
    case list
  }

  /// Above this many names a hash table is made; its hashing is seeded, so names can't be chosen to collide.
  private static var fewNames: Int { 12 }

  private let repetition: Repetition
  private var names: [String] = []
  /// By name; one of the two, so that each grows in place.
  private var texts: [String] = []
  private var lists: [[String]] = []
  /// Empty while there are few.
  private var places: [Name: Int] = [:]

  init(_ repetition: Repetition) {
    self.repetition = repetition
  }

  func forEachText(_ body: (_ name: String, _ value: String) -> Void) {
    for (name, text) in zip(names, texts) { body(name, text) }
  }

  func forEachList(_ body: (_ name: String, _ values: [String]) -> Void) {
    for (name, list) in zip(names, lists) { body(name, list) }
  }

  func text(_ name: String) -> String? { place(of: name).map { texts[$0] } }

  mutating func add(_ name: String, _ value: String) {
    guard let place = place(of: name) else { return append(name, value) }
    switch repetition {
    case .first: return
    case .joined:
      texts[place] += ", "
      texts[place] += value
    case .list: lists[place].append(value)
    }
  }

  private mutating func append(_ name: String, _ value: String) {
    if repetition == .list { lists.append([value]) } else { texts.append(value) }
    names.append(name)
    if names.count == Self.fewNames + 1 {
      for (place, name) in names.enumerated() { places[Name(name)] = place }
    } else if names.count > Self.fewNames {
      places[Name(name)] = names.count - 1
    }
  }

  private func place(of name: String) -> Int? {
    if names.count > Self.fewNames { return places[Name(name)] }
    return names.firstIndex { $0.utf8.elementsEqual(name.utf8) }
  }
}

/// How a name is looked up.
protocol MemberName: Hashable {
  init(_ string: String)
}

extension JSONName: MemberName {}
