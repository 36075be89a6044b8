import JSONText

/// Resolves duplicate names: the last value counts, in the place of the first.
enum UniqueMembers {
  /// In steps, of each member: its name is decoded and hashed.
  static let cost = 16
  /// Above this many members a hash table is made.
  private static let fewMembers = 12

  static func resolve(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    members.count <= fewMembers ? resolveFew(members) : resolveMany(members)
  }

  private static func resolveFew(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    var hasDuplicates = false
    for later in members.indices.dropFirst() where !hasDuplicates {
      for earlier in 0..<later where CodePoints.areEqual(members[earlier].name, members[later].name) {
        hasDuplicates = true
        break
      }
    }
    return hasDuplicates ? resolveMany(members) : members
  }

  private static func resolveMany(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
    var places: [JSONName: Int] = [:]
    places.reserveCapacity(members.count)
    var unique: [JSONObject.Member] = []
    unique.reserveCapacity(members.count)
    for member in members {
      let name = JSONName(member.name)
      if let place = places[name] {
        unique[place].value = member.value
      } else {
        places[name] = unique.count
        unique.append(member)
      }
    }
    return unique
  }
}
