import JSONText

@testable import Plans

/// `template NUL scope`: whatever the text and the values, a request keeps the path segments and parameters that its
/// text has, a header stays one line, a body is JSON.
enum TemplateTarget {
  private static let scope = """
    {"path": {"id": "a/../b?c#d&e%2e \\r\\n\\u0000é😀", "rest": "x/y%2Fz;w=1", "dot": "..", "empty": ""},
     "query": {"q": "1+1&x=2", "n": null}, "body": {"list": [1, "a\\"b", null, {"k": 1e400}], "ctl": "\\u000b\\u007f"}}
    """

  static func run(_ bytes: [UInt8]) {
    let (first, second) = bytes.parts
    guard let document = try? JSONText(second ?? Array(scope.utf8)), document.root.kind == .object else { return }
    let members = document.root.members.map { JSONObject.Member(name: $0.key.string ?? "", value: .slice($0.value)) }
    let scope = Scope(JSONObject(members))
    let text = String(decoding: first, as: UTF8.self)
    checkText(text, scope)
    checkRequest(text, rest: nil, scope)
    checkRequest(text, rest: "rest", scope)
    checkLine(text)
  }

  private static func checkText(_ text: String, _ scope: Scope) {
    let template: TextTemplate
    do {
      template = try TextTemplate.compile(text)
    } catch {
      return check(error, text)
    }
    for reference in template.references { hold((0...text.utf8.count).contains(reference.offset), "\(reference)") }
    if !text.utf8.contains(UInt8(ascii: "$")) { hold(template.constant == text, "a literal that changed") }
    if let field = try? HeaderTemplate(name: "X", value: template).render(scope), template.constantValue == nil {
      hold(field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }, "a header of several lines")
    }
    let body = ValueTemplate(
      .object([(name: "a", value: .text(template)), (name: "b", value: .array([.text(template)]))]))
    var writer = JSONWriter()
    var failed: [FieldFailure] = []
    body.write(into: &writer, scope, failed: &failed)
    guard let written = try? JSONText(writer.bytes) else { return hold(false, "a body that is no JSON") }
    hold(written.root.members.map { $0.key.string } == ["a", "b"], "a body with other members")
    hold(written.root[member: "b"]?.count == 1, "a list with other elements")
  }

  private static func checkRequest(_ text: String, rest: String?, _ scope: Scope) {
    let template: RequestTemplate
    let line = "GET b " + text
    do {
      template = try RequestTemplate.compile(RequestLine(line), backend: 0, rest: rest)
    } catch {
      return check(error, line)
    }
    guard let target = try? template.target(scope) else { return }
    hold(target.utf8.first == UInt8(ascii: "/"), "no path: \(target)")
    hold(target.utf8.count <= RequestTemplate.maxTargetBytes || template.constant != nil, "too long")
    hold(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }, "not printable: \(target)")
    let pieces = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    hold(!PathOracle.hasDotSegment(Array(pieces[0])), "a dot segment: \(target)")
    if !template.usesRest { checkPath(template, Array(pieces[0]), scope) }
    checkQuery(template, pieces.count > 1 ? Array(pieces[1]) : nil)
  }

  /// Every segment that is one value decodes to just that value.
  private static func checkPath(_ template: RequestTemplate, _ path: [UInt8], _ scope: Scope) {
    var segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
    for step in template.path {
      switch step {
      case .literal(let bytes): segments = segments.dropFirst(bytes.count { $0 == UInt8(ascii: "/") })
      case .segment(let parts):
        guard let segment = segments.popFirst() else { return hold(false, "a segment is lost") }
        guard parts.count == 1, case .value(let expression) = parts[0] else { continue }
        let value = try? expression.evaluate(scope).text
        hold(value.map { Array($0.utf8) } == PathOracle.decoded(segment), "a segment is not its value")
      }
    }
    hold(segments.isEmpty || template.path.isEmpty, "there are more segments than in the template")
  }

  /// No more parameters than the text has; a value's `&`, `=`, `+` are data.
  private static func checkQuery(_ template: RequestTemplate, _ query: [UInt8]?) {
    let most = template.query.reduce(0) { sum, step in
      if case .literal(let bytes) = step { return sum + 1 + bytes.count { $0 == UInt8(ascii: "&") } }
      return sum + 1
    }
    let found = query.map { 1 + $0.count { $0 == UInt8(ascii: "&") } } ?? 0
    hold(found <= most, "\(found) parameters, not \(most)")
  }

  private static func checkLine(_ text: String) {
    for hasMethod in [true, false] {
      do {
        let line = try RequestLine(text, hasMethod: hasMethod)
        hold((0...text.utf8.count).contains(line.targetOffset), "a target at \(line.targetOffset)")
      } catch {
        check(error, text)
      }
    }
    if let target = try? RequestTemplate.constantTarget(text) {
      hold(target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "not printable: \(target)")
    }
  }

  private static func check(_ error: TemplateError, _ text: String) {
    hold((0...text.utf8.count).contains(error.offset), "an error at \(error.offset) of \(text.utf8.count)")
    hold(!error.message.isEmpty && !error.message.contains("\n"), "a message of several lines")
  }
}

extension RequestTemplate {
  fileprivate var usesRest: Bool {
    path.contains {
      guard case .segment(let parts) = $0 else { return false }
      return parts.contains { if case .rest = $0 { true } else { false } }
    }
  }
}
