import Definitions
import JSONText

/// The end of a reload.
package enum ReloadOutcome: Sendable {
  /// The folder is served.
  case done(ReloadReport)
  /// What was served before is served still.
  case refused(Diagnostics)
  /// The gateway ends.
  case stopping
}

/// The changes that a reload made. A value.
package struct ReloadReport: Sendable {
  let difference: DefinitionDifference
  let warnings: Diagnostics

  /// The report for people; ends in a line break.
  package var text: String {
    var lines = difference.isEmpty ? ["nothing changed"] : difference.lines
    if !difference.needsRestart.isEmpty {
      lines.append("note: only a restart takes over \(difference.needsRestart.joined(separator: ", "))")
    }
    return warnings.text + lines.map { "\($0)\n" }.joined()
  }

  var json: JSONValue {
    [
      "changes": .array(difference.changes.map(\.json)),
      "needsRestart": .array(difference.needsRestart.map { .string($0) }),
      "warnings": .array(warnings.all.map { .string($0.headline) }),
    ]
  }
}
