import Messages
import Plans

extension LimitDecision {
  /// The fields that tell a client of its limits, the tightest first, and of when to come again. On allowed answers, too.
  ///
  /// `RateLimit-Policy` and `RateLimit` are lists of RFC 9651's strings with parameters, as
  /// draft-ietf-httpapi-ratelimit-headers-10 has them: `q` the quota, `w` its time; `r` what remains, `t` when there is
  /// more. Times are whole seconds, rounded up. The older three fields tell of the tightest limit alone.
  package var fields: [HeaderField] {
    var fields: [HeaderField] = []
    if case .refused(let seconds?) = outcome { fields.append(HeaderField("Retry-After", "\(seconds)")) }
    guard let tightest = standings.first else { return fields }
    switch standings.map(\.limit.conduct.headers).max() ?? .off {
    case .off: break
    case .separate:
      let rule = tightest.limit.rule
      fields.append(HeaderField("RateLimit-Limit", "\(rule.capacity / rule.unit)"))
      fields.append(HeaderField("RateLimit-Remaining", "\(tightest.remaining)"))
      fields.append(HeaderField("RateLimit-Reset", "\(LimitDecision.seconds(tightest.reset))"))
    case .standard:
      fields.append(list("RateLimit-Policy") { "q=\($0.limit.rule.quota);w=\(LimitDecision.seconds($0.window))" })
      fields.append(list("RateLimit") { "r=\($0.remaining);t=\(LimitDecision.seconds($0.reset))" })
    }
    return fields
  }

  private func list(_ name: String, _ parameters: (LimitStanding) -> String) -> HeaderField {
    HeaderField(name, standings.map { "\(label(of: $0));\(parameters($0))" }.joined(separator: ", "))
  }

  /// The name of a policy as a string of RFC 9651. Of several with one name, the rate tells which is which.
  private func label(of standing: LimitStanding) -> String {
    let limit = standing.limit
    let isAlone = standings.count { $0.limit.name == limit.name } == 1
    var label = "\""
    for byte in (isAlone ? limit.name : "\(limit.name) \(limit.rate.written)").utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): label += "\\\(Character(Unicode.Scalar(byte)))"
      case 0x20...0x7E: label.unicodeScalars.append(Unicode.Scalar(byte))
      // Such a string has ASCII only.
      default: label += "%" + withUnsafeBytes(of: byte) { Hexadecimal.text($0) }.uppercased()
      }
    }
    return label + "\""
  }
}
