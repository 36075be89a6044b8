import JSONText
import Messages
import Plans
import Upstream

/// What a token server answers (RFC 6749 §5). No state.
enum AccessTokenAnswer {
  typealias Outcome = Result<AccessToken, Fault>

  /// Why there is no token, for the log: without what was sent or would be.
  struct Fault: Error, Equatable {
    let message: String
  }

  /// The longest code of an error that is told.
  private static let longestCode = 64

  static func read(_ response: CallResponse) -> Outcome {
    switch response.result {
    case .response(let status, _, _) where response.bodyFault != nil:
      return .failure(Fault(message: "status \(status), and a body that can't be read"))
    case .response(200, _, let body): return token(body)
    case .response(let status, _, let body):
      return .failure(Fault(message: "status \(status)" + (code(body).map { ": \($0)" } ?? "")))
    case .failure(let failure): return .failure(Fault(message: failure.detail ?? failure.outcome))
    }
  }

  private static func token(_ body: [UInt8]) -> Outcome {
    guard let root = object(body) else { return .failure(Fault(message: "the answer is no JSON object")) }
    guard let text = root[member: "access_token"]?.string, isToken(text) else {
      return .failure(Fault(message: "the answer has no access_token that can be sent"))
    }
    guard root[member: "token_type"]?.string?.lowercased() == "bearer" else {
      return .failure(Fault(message: "the token is none of type Bearer"))
    }
    guard let said = root[member: "expires_in"], said.kind != .null else {
      return .success(AccessToken(Secret(text), lifetime: nil))
    }
    // A text as well: some write it so.
    guard let seconds = (said.numberText ?? said.string).flatMap(wholeSeconds) else {
      return .failure(Fault(message: "the token's expires_in is no number of seconds"))
    }
    let life = seconds.clamped(to: 0...mostSeconds)
    guard life > 0 else { return .failure(Fault(message: "the token has ended already, as its expires_in says")) }
    return .success(AccessToken(Secret(text), lifetime: .seconds(life)))
  }

  /// Cuts a fraction off; `nil` for what is not written in decimal digits.
  private static func wholeSeconds(_ text: String) -> PeerNumber? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 1 || PeerNumber(digits: parts[1].utf8) != nil else { return nil }
    return PeerNumber(parts[0])
  }

  /// Beyond every use of a token.
  private static let mostSeconds: Int64 = 365 * 24 * 3600

  private static func object(_ body: [UInt8]) -> JSONSlice? {
    guard let root = try? JSONText(body).root, root.kind == .object else { return nil }
    return root
  }

  /// RFC 6750 §2.1, and what others send: it is one word in a header.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= OAuth2Plan.longestToken && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// The code of an error (RFC 6749 §5.2), where it is a word.
  private static func code(_ body: [UInt8]) -> String? {
    guard let code = object(body)?[member: "error"]?.string, (1...longestCode).contains(code.utf8.count) else {
      return nil
    }
    let isWord = code.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    return isWord ? code : nil
  }
}
