import JSONText

extension Fault {
  private static let members = ["mode", "ms", "status", "after", "on", "rate", "times"]

  /// Reads the body of `POST /__fault`; a member that it does not know, or that its mode has no use for, is refused.
  init(json bytes: [UInt8]) throws(FaultError) {
    let text: JSONText
    do throws(JSONError) {
      text = try JSONText(bytes)
    } catch {
      throw FaultError("the body is not JSON: \(error)")
    }
    guard text.root.kind == .object else {
      throw FaultError(#"the body is a JSON object, such as {"mode": "fail", "status": 503}"#)
    }
    let modes = Mode.allCases.map(\.rawValue).joined(separator: ", ")
    guard let mode = text.root[member: "mode"] else { throw FaultError("\"mode\" is missing; it is one of \(modes)") }
    guard let known = mode.string.flatMap({ Mode(rawValue: $0) }) else {
      throw FaultError("\"mode\" is one of \(modes)")
    }
    self.init(known)
    for (key, value) in text.root.members {
      try set(key.string ?? "", to: value)
    }
  }

  private mutating func set(_ name: String, to value: JSONSlice) throws(FaultError) {
    switch name {
    case "mode": return
    case _ where !Fault.members.contains(name):
      throw FaultError("\"\(name)\" is unknown; allowed are \(Fault.members.joined(separator: ", "))")
    case _ where mode == .ok: throw FaultError("mode ok takes nothing else")
    case "ms" where mode == .hang: throw FaultError("mode hang takes no \"ms\": it never answers")
    case "ms": delay = try Fault.integer(value, "ms", 0...600_000)
    case "status" where mode != .fail: throw FaultError("only mode fail takes a \"status\"")
    case "status": status = try Fault.integer(value, "status", 200...599)
    case "after":
      guard value.kind == .true || value.kind == .false else { throw FaultError("\"after\" is true or false") }
      isAfterWork = value.kind == .true
    case "on":
      guard let known = value.string.flatMap({ Target(rawValue: $0) }) else {
        throw FaultError("\"on\" is one of \(Target.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      target = known
    case "times": times = try Fault.integer(value, "times", 1...1_000_000_000)
    default:
      guard let share = value.numberText.flatMap({ Double($0) }), share > 0, share <= 1 else {
        throw FaultError("\"rate\" is a number above 0 and up to 1")
      }
      rate = share
    }
  }

  private static func integer(
    _ value: JSONSlice, _ name: String, _ range: ClosedRange<Int>
  ) throws(FaultError) -> Int {
    guard let number = value.numberText.flatMap({ Int($0) }), range.contains(number) else {
      throw FaultError("\"\(name)\" is a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

/// Why a fault's description was refused; says what is allowed.
struct FaultError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
