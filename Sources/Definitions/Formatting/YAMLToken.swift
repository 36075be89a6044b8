import CYaml

/// A token of libyaml and where it stands. Lines and columns count from 0; columns count Unicode scalars.
struct YAMLToken {
  let type: yaml_token_type_t
  let start: (line: Int, column: Int)
  let end: (line: Int, column: Int)
  /// Of a scalar.
  let value: String
  let style: YAMLNode.Style

  private init(_ token: yaml_token_t) {
    type = token.type
    start = (token.start_mark.line, token.start_mark.column)
    end = (token.end_mark.line, token.end_mark.column)
    guard type == YAML_SCALAR_TOKEN else {
      (value, style) = ("", .plain)
      return
    }
    let scalar = token.data.scalar
    value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    style =
      switch scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE: .literal
      case YAML_FOLDED_SCALAR_STYLE: .folded
      default: .plain
      }
  }

  /// It takes a place in the text; others only tell where something begins or ends.
  var isVisible: Bool { start != end || type == YAML_SCALAR_TOKEN }

  /// Text whose lines are indented for what is in it.
  var isBlockScalar: Bool { type == YAML_SCALAR_TOKEN && (style == .literal || style == .folded) }

  /// All tokens of a text that has been composed without a fault.
  static func all(of file: SourceFile) -> [YAMLToken] {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { fatalError("libyaml has no memory") }
    defer { yaml_parser_delete(&parser) }
    var tokens: [YAMLToken] = []
    var text = file.text
    text.withUTF8 { bytes in
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      var isEnd = false
      while !isEnd {
        var raw = yaml_token_t()
        guard yaml_parser_scan(&parser, &raw) == 1 else { break }
        tokens.append(YAMLToken(raw))
        isEnd = raw.type == YAML_STREAM_END_TOKEN
        yaml_token_delete(&raw)
      }
    }
    return tokens
  }
}
