import Messages
import Plans

extension OAuth2Plan {
  /// Makes the request for a token (RFC 6749 §4.4.2). It may be sent again: another token does no harm.
  func request(to target: String) -> CallRequest {
    var fields = [(name: "grant_type", value: "client_credentials")]
    if !scopes.isEmpty { fields.append(("scope", scopes.joined(separator: " "))) }
    if let audience { fields.append(("audience", audience)) }
    var headers = [HeaderField("Content-Type", FormEncoding.contentType)]
    switch authentication {
    case .basic:
      let credentials = FormEncoding.basic(clientID: clientID, secret: clientSecret)
      headers.append(HeaderField("Authorization", credentials))
    case .body: fields += [("client_id", clientID), ("client_secret", clientSecret.revealed)]
    }
    var request = CallRequest(
      backend: 0, method: "POST", target: target, headers: headers, body: FormEncoding.body(fields))
    request.onlyReads = true
    request.isRepeatable = true
    return request
  }
}
