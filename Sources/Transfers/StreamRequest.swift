import Messages

/// A request whose body and response are passed on as they come.
package struct StreamRequest: Sendable {
  package var origin: Origin
  /// Sent as it is; case matters.
  package var method: String
  /// Origin-form, sent byte for byte.
  package var target: String
  /// All of them, in their order; libcurl adds none but `Host` where there is none, and what `bodyLength` says.
  /// `Content-Length`, `Transfer-Encoding` and `Expect` are left out. Hop-by-hop fields are the caller's business.
  package var headers: [HeaderField] = []
  /// Lines sent after them; see `HeaderLines` for which.
  package var commonHeaders: HeaderText?
  /// With `none`, POST, PUT and PATCH say `Content-Length: 0`, other methods nothing. Where it is known, the delegate must give
  /// exactly so many bytes; where not, HTTP/1.1 says `Transfer-Encoding: chunked`.
  package var bodyLength = BodyLength.none
  /// From the moment that the whole request body was handed over (the beginning, if there is none) to the final head.
  package var headTimeout: Duration = .seconds(30)
  /// Without a byte in either direction, whoever is slow; while the body is sent, and after the head.
  package var idleTimeout: Duration = .seconds(60)

  package init(origin: Origin, method: String = "GET", target: String) {
    self.origin = origin
    self.method = method
    self.target = target
  }
}
