import CYaml

/// What is needed of one `yaml_event_t`, copied out of it. Lines and columns count from 1.
struct YAMLEvent {
  var type: yaml_event_type_t
  var start: (line: Int, column: Int)
  var end: (line: Int, column: Int)
  var anchor: String?
  var tag: String?
  var value = ""
  var style = YAMLNode.Style.plain

  init(_ event: yaml_event_t) {
    type = event.type
    start = (event.start_mark.line + 1, event.start_mark.column + 1)
    end = (event.end_mark.line + 1, event.end_mark.column + 1)
    switch type {
    case YAML_ALIAS_EVENT: anchor = Self.string(event.data.alias.anchor)
    case YAML_SEQUENCE_START_EVENT:
      anchor = Self.string(event.data.sequence_start.anchor)
      tag = Self.string(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      anchor = Self.string(event.data.mapping_start.anchor)
      tag = Self.string(event.data.mapping_start.tag)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      anchor = Self.string(scalar.anchor)
      tag = Self.string(scalar.tag)
      value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      style =
        switch scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    default: break
    }
  }

  private static func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }
}
