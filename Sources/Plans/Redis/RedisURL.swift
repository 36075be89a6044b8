import Messages

/// Reads where Redis is from a URL:
///
///     redis://user:password@host:6379/0     rediss:// for TLS
///     unix:///run/redis.sock?db=0           redis+unix:// is the same
///     redis+cluster://host:6379,other:6379  rediss+cluster:// for TLS
///     redis+sentinel://host:26379,other:26379/mymaster/0
///
/// Options: `prefix`, `db`, `ca` (a PEM file), `cert`, `key`, `servername`, `verify=no`, `timeout` (milliseconds a
/// command), `sentinelPassword`. Parts are percent-encoded as in any URL.
package struct RedisURL: Sendable {
  package struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Names no part that could hold a password.
    package var description: String

    package init(description: String) {
      self.description = description
    }
  }

  /// The longest `timeout`, in milliseconds.
  package static let mostMilliseconds = 10_000
  package static let mostDatabase = 1_000_000

  package let settings: RedisSettings

  package init(_ text: String) throws(Failure) {
    guard let colon = text.firstRange(of: "://") else { throw Failure(description: "a Redis URL begins with redis://") }
    let scheme = text[..<colon.lowerBound].lowercased()
    var rest = text[colon.upperBound...]
    var options: [(String, String)] = []
    if let mark = rest.firstIndex(of: "?") {
      options = try RedisURL.options(rest[rest.index(after: mark)...])
      rest = rest[..<mark]
    }
    var credentials: Substring?
    if let at = rest.lastIndex(of: "@") {
      credentials = rest[..<at]
      rest = rest[rest.index(after: at)...]
    }
    var settings = try RedisURL.settings(scheme, rest)
    if let credentials { try RedisURL.apply(credentials, to: &settings) }
    if scheme.hasPrefix("rediss") { settings.tls = RedisSettings.TLS() }
    for (name, value) in options { try RedisURL.apply(name, value, to: &settings) }
    if case .cluster = settings.topology, settings.database != 0 {
      throw Failure(description: "a Redis cluster has only database 0")
    }
    self.settings = settings
  }

  private static func settings(_ scheme: String, _ rest: Substring) throws(Failure) -> RedisSettings {
    switch scheme {
    case "redis", "rediss":
      let (authority, path) = split(rest)
      var settings = RedisSettings(.single(try endpoint(authority, port: RedisEndpoint.defaultPort)))
      if let path, !path.isEmpty { settings.database = try database(path) }
      return settings
    case "unix", "redis+unix":
      guard rest.hasPrefix("/") else { throw Failure(description: "a socket's path begins with /") }
      return RedisSettings(.single(.unixSocket(try decoded(rest))))
    case "redis+cluster", "rediss+cluster":
      return RedisSettings(.cluster(try endpoints(split(rest).0, port: RedisEndpoint.defaultPort)))
    case "redis+sentinel", "rediss+sentinel":
      let (authority, path) = split(rest)
      let parts = (path ?? "").split(separator: "/", omittingEmptySubsequences: false)
      guard let master = parts.first, !master.isEmpty, parts.count <= 2 else {
        throw Failure(description: "a sentinel URL ends with /MASTER or /MASTER/DATABASE")
      }
      let sentinels = try endpoints(authority, port: RedisEndpoint.defaultSentinelPort)
      var settings = RedisSettings(.sentinel(sentinels, master: try decoded(master)))
      if parts.count == 2 { settings.database = try database(parts[1]) }
      return settings
    default:
      throw Failure(
        description: "unknown scheme \(scheme)://; it is redis, rediss, unix, redis+cluster or redis+sentinel")
    }
  }

  private static func apply(_ credentials: Substring, to settings: inout RedisSettings) throws(Failure) {
    let parts = credentials.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      if !parts[0].isEmpty { settings.username = try decoded(parts[0]) }
      settings.password = .text(try decoded(parts[1]))
    } else {
      settings.username = try decoded(credentials)
    }
  }

  private static func apply(_ name: String, _ value: String, to settings: inout RedisSettings) throws(Failure) {
    var tls = settings.tls ?? RedisSettings.TLS()
    switch name {
    case "prefix": settings.prefix = value
    case "db": settings.database = try database(value[...])
    case "sentinelPassword": settings.sentinelPassword = .text(value)
    case "timeout":
      guard let milliseconds = PeerNumber(digits: value.utf8)?.within(1...RedisURL.mostMilliseconds) else {
        throw Failure(description: "timeout is a count of milliseconds, 1 to \(mostMilliseconds)")
      }
      settings.commandTimeout = .milliseconds(milliseconds)
    case "ca": tls.caFile = value
    case "cert": tls.certificateFile = value
    case "key": tls.keyFile = value
    case "servername": tls.serverName = value
    case "verify": tls.verifies = value != "no"
    default: throw Failure(description: "unknown option \(name) of a Redis URL")
    }
    if settings.tls != nil { settings.tls = tls }
  }

  private static func options(_ query: Substring) throws(Failure) -> [(String, String)] {
    var options: [(String, String)] = []
    for part in query.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      options.append((try decoded(pair[0]), pair.count > 1 ? try decoded(pair[1]) : ""))
    }
    return options
  }

  private static func split(_ rest: Substring) -> (Substring, Substring?) {
    guard let slash = rest.firstIndex(of: "/") else { return (rest, nil) }
    return (rest[..<slash], rest[rest.index(after: slash)...])
  }

  private static func endpoints(_ list: Substring, port: UInt16) throws(Failure) -> [RedisEndpoint] {
    var endpoints: [RedisEndpoint] = []
    for part in list.split(separator: ",") { endpoints.append(try endpoint(part, port: port)) }
    guard !endpoints.isEmpty else { throw Failure(description: "a Redis URL names a host") }
    return endpoints
  }

  /// `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`.
  package static func endpoint(_ text: Substring, port: UInt16) throws(Failure) -> RedisEndpoint {
    var host = text
    var number: Substring?
    if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      host = text[text.index(after: text.startIndex)..<close]
      let after = text[text.index(after: close)...]
      number = after.hasPrefix(":") ? after.dropFirst() : nil
    } else if let colon = text.lastIndex(of: ":") {
      host = text[..<colon]
      number = text[text.index(after: colon)...]
    }
    guard !host.isEmpty else { throw Failure(description: "a Redis URL names a host") }
    guard let number else { return .host(try decoded(host), port) }
    guard let port = PeerNumber(digits: number.utf8)?.within(1...UInt16.max) else {
      throw Failure(description: "a port is a number from 1 to 65535")
    }
    return .host(try decoded(host), port)
  }

  private static func database(_ text: Substring) throws(Failure) -> Int {
    guard let number = PeerNumber(digits: text.utf8)?.within(0...mostDatabase) else {
      throw Failure(description: "a database is a number from 0 to \(mostDatabase)")
    }
    return number
  }

  private static func decoded(_ text: Substring) throws(Failure) -> String {
    guard let bytes = PercentDecoding.bytes(text) else {
      throw Failure(description: "a % in a Redis URL is followed by two hexadecimal digits")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
