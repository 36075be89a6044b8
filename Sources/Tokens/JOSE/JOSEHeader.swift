import JSONText
import Plans

/// The header of a signed token, as far as it is believed (RFC 7515 §4.1). A value. Members that are not known are passed
/// over, and so are those that only tell of the key (`x5c`, `x5t`): keys come from the definition alone.
struct JOSEHeader {
  let algorithm: SignatureAlgorithm
  let keyID: String?

  init(_ bytes: consuming [UInt8]) throws(TokenFault) {
    guard let header = StrictJSON.object(bytes) else { throw .header }
    // An extension that has to be understood; and all that there are change what is signed, or how.
    if header[member: "crit"] != nil { throw .critical }
    if let encoded = header[member: "b64"], encoded.bool != true { throw .unencoded }
    if ["jwk", "jku", "x5u"].contains(where: { header[member: $0] != nil }) { throw .embeddedKey }
    if let content = header[member: "cty"] {
      let type = content.string?.lowercased()
      if type == nil || type == "jwt" || type == "application/jwt" { throw .nested }
    }
    guard let name = header[member: "alg"]?.string, let algorithm = SignatureAlgorithm(rawValue: name) else {
      throw .algorithm
    }
    self.algorithm = algorithm
    guard let id = header[member: "kid"] else {
      keyID = nil
      return
    }
    guard let text = id.string else { throw .keyID }
    keyID = text
  }
}
