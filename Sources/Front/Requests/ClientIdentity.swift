import JSONText

/// Who a client has shown to be. *Immutable*; others get it, too, where a provider remembers it.
package final class ClientIdentity: Sendable {
  /// The provider that told, as definitions name it.
  package let provider: String
  package let subject: String?
  package let plan: String?
  package let groups: [String]
  /// An object; `nil`: the provider gives none.
  package let claims: JSONValue?
  /// What else is known of the client; none of these is named as one of the members above.
  package let fields: JSONObject
  /// As expressions see it.
  package let json: JSONValue

  package init(
    provider: String, subject: String?, plan: String? = nil, groups: [String] = [], claims: JSONValue? = nil,
    fields: JSONObject = JSONObject()
  ) {
    self.provider = provider
    self.subject = subject
    self.plan = plan
    self.groups = groups
    self.claims = claims
    self.fields = fields
    var members = JSONObject(capacity: 4 + fields.count)
    members.append("provider", .string(provider))
    members.append("subject", subject.map { .string($0) } ?? .null)
    members.append("plan", plan.map { .string($0) } ?? .null)
    members.append("groups", .array(groups.map { .string($0) }))
    for field in fields.members { members.append(field.name, field.value) }
    json = .object(members)
  }

  /// The same client as another provider knows it, where all of several are asked: what the first does not say, the other
  /// does.
  package func joined(with other: ClientIdentity) -> ClientIdentity {
    var fields = fields
    for field in other.fields.members where fields[field.name] == nil { fields.append(field.name, field.value) }
    return ClientIdentity(
      provider: provider, subject: subject ?? other.subject, plan: plan ?? other.plan,
      groups: groups.isEmpty ? other.groups : groups, claims: claims ?? other.claims, fields: fields)
  }
}
