import JSONText
import NIOHTTP1
import Plans

/// What a route reads of its requests: the one list from which both the scope of its expressions and the key of its
/// cache are made, so that nothing can be in one and not in the other. *Immutable*; compiled once a route.
package struct RequestInputs: Sendable {
  /// Names of one input, sorted; `nil`: all that a request has, in its order.
  private typealias Names = [String]?

  private let path: Names
  private let query: Names
  private let queryList: Names
  private let headers: Names
  private let cookies: Names
  private let claims: Names
  private let identity: Names
  private let client: [ScopeName.ClientMember]
  private let readsBody: Bool
  /// In the order of their names.
  private let queryDefaults: [(name: String, value: String)]

  package init(_ reads: RequestReads) {
    path = Self.names(reads.path)
    query = Self.names(reads.query)
    queryList = Self.names(reads.queryList)
    headers = Self.names(reads.headers)
    cookies = Self.names(reads.cookies)
    claims = Self.names(reads.claims)
    identity = Self.names(reads.identity)
    client = ScopeName.ClientMember.allCases.filter { reads.client.contains($0.rawValue) }
    readsBody = reads.body
    queryDefaults = reads.queryDefaults.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Names are compared by their bytes, as templates look them up. Where one is beyond ASCII, other bytes may be the
  /// same name to a set of strings; then the whole input counts.
  private static func names(_ names: RequestReads.Names) -> Names {
    guard case .some(let some) = names, some.allSatisfy({ $0.utf8.allSatisfy { $0 < 128 } }) else { return nil }
    return some.sorted()
  }

  /// Shows all of it to a visitor, in an order that is the same for all requests.
  package func visit(_ request: IncomingRequest, _ visitor: inout some RequestInputVisitor) {
    if path?.isEmpty != true { visitPath(request, &visitor) }
    if query?.isEmpty != true { visitQuery(request, &visitor) }
    if queryList?.isEmpty != true { visitQueryLists(request, &visitor) }
    if headers?.isEmpty != true { visitHeaders(request.headers, &visitor) }
    if cookies?.isEmpty != true { visitCookies(request.headers, &visitor) }
    if claims?.isEmpty != true { visit(.claims, claims, request.identity?.claims, &visitor) }
    if identity?.isEmpty != true { visit(.identity, identity, request.identity?.json, &visitor) }
    if !client.isEmpty {
      visitor.begin(.client)
      for member in client { request.show(member, to: &visitor) }
    }
    if readsBody { visitor.take(body: request.body ?? []) }
  }

  private func visit(
    _ input: ScopeName, _ names: Names, _ value: JSONValue?, _ visitor: inout some RequestInputVisitor
  ) {
    guard let value, let names else { return visitor.take(input, whole: value) }
    visitor.begin(input)
    for name in names { visitor.take(name, json: value[member: name]) }
  }

  private func visitPath(_ request: IncomingRequest, _ visitor: inout some RequestInputVisitor) {
    visitor.begin(.path)
    guard let path else {
      for capture in request.captures { visitor.take(capture.name, capture.value) }
      return
    }
    for name in path { visitor.take(name, request.captures.first { $0.name == name }?.value) }
  }

  private func visitQuery(_ request: IncomingRequest, _ visitor: inout some RequestInputVisitor) {
    visitor.begin(.query)
    guard let query else {
      var members = InputMembers<JSONName>(.first)
      FormQuery.forEach(request) { members.add($0, $1) }
      for (name, value) in queryDefaults { members.add(name, value) }
      return members.forEachText { visitor.take($0, $1) }
    }
    var values = [String?](repeating: nil, count: query.count)
    FormQuery.forEach(request) { name, value in
      if let index = query.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }), values[index] == nil {
        values[index] = value
      }
    }
    for (name, value) in zip(query, values) { visitor.take(name, value ?? queryDefault(name)) }
  }

  private func queryDefault(_ name: String) -> String? { queryDefaults.first { $0.name == name }?.value }

  private func visitQueryLists(_ request: IncomingRequest, _ visitor: inout some RequestInputVisitor) {
    visitor.begin(.queryList)
    guard let queryList else {
      var members = InputMembers<JSONName>(.list)
      FormQuery.forEach(request) { members.add($0, $1) }
      return members.forEachList { visitor.take($0, list: $1) }
    }
    var values = [[String]](repeating: [], count: queryList.count)
    FormQuery.forEach(request) { name, value in
      if let index = queryList.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) { values[index].append(value) }
    }
    for (name, list) in zip(queryList, values) { visitor.take(name, list: list) }
  }

  /// Values of one name are joined, as backends see them.
  private func visitHeaders(_ fields: HTTPHeaders, _ visitor: inout some RequestInputVisitor) {
    visitor.begin(.headers)
    guard let headers else {
      var members = InputMembers<JSONName>(.joined)
      for (name, value) in fields { members.add(name.lowercased(), value) }
      return members.forEachText { visitor.take($0, $1) }
    }
    for wanted in headers {
      var joined: String?
      for (name, value) in fields where HeaderName.equals(name, lowercase: wanted) { joined.join(value) }
      visitor.take(wanted, joined)
    }
  }

  private func visitCookies(_ fields: HTTPHeaders, _ visitor: inout some RequestInputVisitor) {
    visitor.begin(.cookies)
    var members = InputMembers<JSONName>(.first)
    Cookies.forEach(fields) { name, value in
      if cookies?.contains(where: { $0.utf8.elementsEqual(name.utf8) }) != false { members.add(name, value) }
    }
    guard let cookies else { return members.forEachText { visitor.take($0, $1) } }
    for name in cookies { visitor.take(name, members.text(name)) }
  }
}

/// Who is shown the inputs of a request.
package protocol RequestInputVisitor {
  /// Members of `input` follow, each name once.
  mutating func begin(_ input: ScopeName)
  /// `nil`: the request has none of that name.
  mutating func take(_ name: String, _ value: String?)
  mutating func take(_ name: String, list: [String])
  /// `nil`: there is none.
  mutating func take(_ name: String, json: JSONValue?)
  /// All of an input that is one value; `nil`: it is null.
  mutating func take(_ input: ScopeName, whole: JSONValue?)
  mutating func take(body: [UInt8])
}

extension IncomingRequest {
  fileprivate func show(_ member: ScopeName.ClientMember, to visitor: inout some RequestInputVisitor) {
    switch member {
    case .ip: visitor.take(member.rawValue, client.address)
    case .scheme: visitor.take(member.rawValue, client.scheme)
    case .host: visitor.take(member.rawValue, client.host)
    case .method: visitor.take(member.rawValue, method)
    case .path: visitor.take(member.rawValue, PercentEncoding.normalized(path: path))
    case .requestId: visitor.take(member.rawValue, client.requestID)
    case .tls: visitor.take(member.rawValue, json: client.peer.tls?.json)
    case .certificate: visitor.take(member.rawValue, json: client.peer.tls?.certificate?.json)
    }
  }
}
