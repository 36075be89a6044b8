import Timing

/// A span as OpenTelemetry has it. A value.
package struct Span: Sendable {
  package enum Kind: Int, Sendable {
    case server = 2
    case client = 3
  }

  package struct Event: Sendable {
    package var name: String
    package var at: Instant
    package var attributes: [Attribute]
  }

  package var name: String
  package var kind: Kind
  package var id: UInt64
  /// 0: it is the first of its trace.
  package var parent: UInt64
  /// The parent is of another process.
  package var isParentRemote = false
  package var began: Instant
  package var ended: Instant
  package var attributes: [Attribute] = []
  package var events: [Event] = []
  /// Why it counts as failed (`error.type`); `nil`: it does not.
  package var failure: String?

  package init(_ name: String, _ kind: Kind, id: UInt64, parent: UInt64, began: Instant, ended: Instant) {
    self.name = name
    self.kind = kind
    self.id = id
    self.parent = parent
    self.began = began
    self.ended = ended
  }

  package mutating func set(_ name: StaticString, _ value: Attribute.Value) {
    attributes.append(Attribute(name, value))
  }

  /// As `set`, where there is a value.
  package mutating func set(_ name: StaticString, _ text: String?) {
    if let text, !text.isEmpty { set(name, .text(text)) }
  }

  package mutating func set(_ name: StaticString, _ number: Int?) {
    if let number { set(name, .number(number)) }
  }

  package mutating func add(_ event: String, at instant: Instant, _ attributes: [Attribute] = []) {
    events.append(Event(name: event, at: instant, attributes: attributes))
  }

  /// The longest text of an attribute, in bytes: of what a client sent, more tells nothing.
  package static let longestText = 1024
}

/// A name and what it stands for. A value.
package struct Attribute: Sendable {
  package enum Value: Sendable, Equatable {
    case text(String)
    case number(Int)
    case truth(Bool)
  }

  package let name: StaticString
  package let value: Value

  package init(_ name: StaticString, _ value: Value) {
    (self.name, self.value) = (name, value)
  }
}
