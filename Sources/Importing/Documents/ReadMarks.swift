/// What of a configuration was looked at, and what is to be said of it. *Confined to* one import.
final class ReadMarks {
  private(set) var remarks: [ImportRemark] = []
  /// Pointers of values that were asked for.
  private var taken: Set<String> = []
  /// Pointers of values that were asked for with all that is in them.
  private var takenWhole: Set<String> = []

  func take(_ pointer: String, whole: Bool = false) {
    taken.insert(pointer)
    if whole { takenWhole.insert(pointer) }
  }

  /// - Parameter place: what people are told, where it is not the pointer.
  func remark(_ message: String, at pointer: String, place: String? = nil) {
    let remark = ImportRemark(place: place ?? (pointer.isEmpty ? "/" : pointer), message: message, path: pointer)
    if !remarks.contains(remark) { remarks.append(remark) }
  }

  /// Says of everything that nobody asked for that it was not translated, at its outermost place.
  /// - Parameter hint: what there is in its stead, by the name of the member.
  func remarkUnread(_ value: DocumentValue, at pointer: String = "", hint: (String) -> String?) {
    guard !takenWhole.contains(pointer) else { return }
    switch value {
    case .object(let members):
      for member in members where !Self.isComment(member.name) {
        let inner = "\(pointer)/\(Self.escaped(member.name))"
        if taken.contains(inner) {
          remarkUnread(member.value, at: inner, hint: hint)
        } else {
          let more = hint(member.name).map { ": \($0)" } ?? ""
          remark("`\(member.name)` is not translated\(more)", at: inner)
        }
      }
    case .array(let elements):
      for (index, element) in elements.enumerated() {
        remarkUnread(element, at: "\(pointer)/\(index)", hint: hint)
      }
    default: break
    }
  }

  /// Members that configurations use for comments.
  private static func isComment(_ name: String) -> Bool {
    ["$", "@", "_", "#", "//"].contains { name.hasPrefix($0) }
  }

  /// A name in a JSON pointer (RFC 6901).
  static func escaped(_ name: String) -> String {
    name.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}
