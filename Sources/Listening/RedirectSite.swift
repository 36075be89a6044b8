import Front
import Messages
import Plans

/// What a listener serves that sends everybody to `https`.
enum RedirectSite {
  /// - Parameter port: where TLS is spoken.
  static func make(port: Int) -> Site {
    let everything = Router.Entry(.any, PathPattern(segments: [.rest("rest")]), isProxy: true)
    return Site([(everything, [], AnswerEndpoint { answer($0, port) })])
  }

  /// RFC 9110 §15.4.9: the method stays.
  private static func answer(_ request: IncomingRequest, _ port: Int) -> Answer {
    let host = hostName(request.authority)
    guard !host.isEmpty else { return Problem(400, detail: "there is no Host to redirect to").answer() }
    let target = request.target.hasPrefix("/") ? request.target : "/"
    return Answer(
      status: 308,
      headers: [HeaderField("Location", "https://\(host)\(port == 443 ? "" : ":\(port)")\(target)")])
  }

  /// Without a port.
  private static func hostName(_ authority: String) -> Substring {
    guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else { return authority[...] }
    return authority[..<colon]
  }
}
