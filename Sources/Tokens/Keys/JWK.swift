import JSONText
import Messages
import Plans

/// A key as JSON (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). A value.
struct JWK {
  private let members: JSONSlice

  init(_ members: JSONSlice) {
    self.members = members
  }

  /// - Parameter isPublic: it was published, so no secret in it is one.
  func verificationKey(isPublic: Bool) throws(KeyFault) -> VerificationKey {
    guard members.kind == .object else { throw KeyFault("is no JSON object") }
    guard let type = try text("kty") else { throw KeyFault("has no kty") }
    if let use = try text("use"), use != "sig" { throw KeyFault("is not for signatures: its use is \(Self.said(use))") }
    if let operations = members[member: "key_ops"] {
      guard operations.elements.contains(where: { $0.string == "verify" }) else {
        throw KeyFault("is not for verifying: its key_ops say so")
      }
    }
    var only: SignatureAlgorithm?
    if let name = try text("alg") {
      only = SignatureAlgorithm(rawValue: name)
      if only == nil { throw KeyFault("is for \(Self.said(name)), which is no algorithm for tokens") }
    }
    return try VerificationKey(try material(type, isPublic: isPublic), id: try text("kid"), only: only)
  }

  private func material(_ type: String, isPublic: Bool) throws(KeyFault) -> VerificationKey.Material {
    switch type {
    case "RSA":
      let (n, e) = (try bytes("n"), try bytes("e"))
      guard let key = PublicKey(modulus: n, exponent: e) else { throw KeyFault("is no RSA key") }
      return .key(key)
    case "EC":
      let names = ["P-256": PublicKey.Curve.p256, "P-384": .p384, "P-521": .p521]
      guard let curve = names[try text("crv") ?? ""] else { throw KeyFault("is of a curve that no algorithm has") }
      let (x, y) = (try bytes("x"), try bytes("y"))
      guard let key = PublicKey(curve, x: x, y: y) else { throw KeyFault("is no point of its curve") }
      return .key(key)
    case "OKP":
      let names = ["Ed25519": PublicKey.Edwards.ed25519, "Ed448": .ed448]
      guard let curve = names[try text("crv") ?? ""] else { throw KeyFault("is of a curve that no algorithm has") }
      guard let key = PublicKey(curve, try bytes("x")) else { throw KeyFault("is no point of its curve") }
      return .key(key)
    case "oct":
      if isPublic { throw KeyFault("is a secret that was published") }
      return .secret(Secret(try bytes("k")))
    default: throw KeyFault("is of a kind that is not known: \(Self.said(type))")
    }
  }

  private func text(_ name: String) throws(KeyFault) -> String? {
    guard let member = members[member: name] else { return nil }
    guard let text = member.string else { throw KeyFault("has a \(name) that is no string") }
    return text
  }

  private func bytes(_ name: String) throws(KeyFault) -> [UInt8] {
    guard let text = try text(name) else { throw KeyFault("has no \(name)") }
    guard let bytes = Base64.decode(url: text.utf8) else { throw KeyFault("has an \(name) that is not base64url") }
    return bytes
  }

  /// Short, for a message.
  private static func said(_ text: String) -> String { "\"\(text.prefix(32))\"" }
}
