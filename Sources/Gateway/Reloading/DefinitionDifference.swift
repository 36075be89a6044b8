import JSONText
import Plans

/// The difference between what a folder says now and what is served, in words. A value.
///
///     + GET /x
///     ~ GET /y: cache, calls.orders
///     - backend legacy
struct DefinitionDifference: Sendable, Equatable {
  struct Change: Sendable, Equatable {
    enum Kind: String, Sendable {
      case added, changed, removed
    }

    enum Subject: String, Sendable {
      case route, backend, provider, plan, gateway, file
    }

    let kind: Kind
    let subject: Subject
    /// The name as `weft routes` and the definitions have it; empty for the gateway.
    let name: String
    /// Which of its keys are others.
    var keys: [String] = []
  }

  private(set) var changes: [Change] = []
  /// Settings of the process that only a restart takes over.
  private(set) var needsRestart: [String] = []

  var isEmpty: Bool { changes.isEmpty }

  /// - Parameter hasCache: the process has a cache already, with the settings of `old`.
  init(from old: GatewayPlan, to new: GatewayPlan, hasCache: Bool) {
    compare(.route, old.routes.map { ($0.title, $0.definition) }, new.routes.map { ($0.title, $0.definition) })
    compare(.backend, old.backends.map { ($0.name, $0.definition) }, new.backends.map { ($0.name, $0.definition) })
    compare(.provider, old.providers.map { ($0.name, $0.definition) }, new.providers.map { ($0.name, $0.definition) })
    compare(.plan, old.plans.map { ($0.name, $0.definition) }, new.plans.map { ($0.name, $0.definition) })
    let settings = ProcessSetting.all.filter { $0.differs(old.process, new.process) }
    if !settings.isEmpty {
      changes.append(Change(kind: .changed, subject: .gateway, name: "", keys: settings.map(\.name)))
    }
    needsRestart = settings.filter {
      $0.needsRestart(from: old.process, to: new.process, hasCache: hasCache)
    }.map(\.name)
    compareFiles(old.files.revealed, new.files.revealed)
  }

  private mutating func compare(
    _ subject: Change.Subject, _ old: [(name: String, definition: Definition)],
    _ new: [(name: String, definition: Definition)]
  ) {
    let before = Dictionary(old.map { ($0.name, $0.definition) }) { first, _ in first }
    for (name, definition) in new {
      guard let former = before[name] else {
        changes.append(Change(kind: .added, subject: subject, name: name))
        continue
      }
      let keys = former.changes(to: definition)
      if !keys.isEmpty { changes.append(Change(kind: .changed, subject: subject, name: name, keys: keys)) }
    }
    let after = Set(new.map(\.name))
    for (name, _) in old where !after.contains(name) {
      changes.append(Change(kind: .removed, subject: subject, name: name))
    }
  }

  /// Compares the files of secrets and of rules. One that nobody names any more, or that somebody names now, is told of by
  /// the key that does, or the file; where nothing else has changed, it came or went by a pattern of an `Include`.
  private mutating func compareFiles(_ old: [String: String], _ new: [String: String]) {
    for (path, text) in new.sorted(by: { $0.key < $1.key }) where old[path].map({ $0 != text }) == true {
      changes.append(Change(kind: .changed, subject: .file, name: path))
    }
    guard changes.isEmpty else { return }
    changes += new.keys.sorted().filter { old[$0] == nil }.map { Change(kind: .added, subject: .file, name: $0) }
    changes += old.keys.sorted().filter { new[$0] == nil }.map { Change(kind: .removed, subject: .file, name: $0) }
  }

  /// Files of certificates, keys or lists say something new.
  mutating func addCertificates() {
    changes.append(Change(kind: .changed, subject: .gateway, name: "", keys: ["certificates"]))
  }

  /// A line for each.
  var lines: [String] { changes.map(\.line) }
}

extension DefinitionDifference.Change {
  var line: String {
    let sign =
      switch kind {
      case .added: "+"
      case .changed: "~"
      case .removed: "-"
      }
    let words = [sign, subject == .route ? "" : subject.rawValue, name].filter { !$0.isEmpty }
    return words.joined(separator: " ") + (keys.isEmpty ? "" : ": \(keys.joined(separator: ", "))")
  }

  var json: JSONValue {
    [
      "change": .string(kind.rawValue), "of": .string(subject.rawValue), "name": .string(name),
      "keys": .array(keys.map { .string($0) }),
    ]
  }
}

extension RoutePlan {
  /// No two routes of a folder have the same.
  fileprivate var title: String { hosts.isEmpty ? name : "\(name) (\(hosts.joined(separator: ", ")))" }
}
