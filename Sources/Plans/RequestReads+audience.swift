/// For whom an answer is that was made from these inputs.
extension RequestReads {
  /// Made from what belongs to one user, or to one client's address: no cache that others share may keep it.
  package var isPrivate: Bool {
    !claims.isEmpty || !cookies.isEmpty || headers.contains("authorization") || headers.contains("cookie")
      || client.contains(ScopeName.ClientMember.ip.rawValue)
  }

  /// What `Vary` must say (RFC 9110 §12.5.5): the request's fields that the answer depends on, in the order of their
  /// names. `*` where it depends on what no field name can tell. `nil`: on none.
  package var vary: String? {
    guard case .some(var names) = headers, !body else { return "*" }
    if !cookies.isEmpty { names.insert("cookie") }
    if !claims.isEmpty { names.insert("authorization") }
    return names.isEmpty ? nil : names.sorted().joined(separator: ", ")
  }
}
