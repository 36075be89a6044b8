import JMESPath
import JSONText

/// `expression NUL document`: any expression ends within its limits and gives JSON, the same embedded in a longer text,
/// and from nothing but what its references name: cache keys and the call graph are made of those.
enum JMESPathTarget {
  private static let limits = Limits(maxSteps: 20_000, maxOutputBytes: 100_000, maxDigits: 200)

  private static let document = """
    {"a": {"b": [1, 2.50, {"n": 1e2}], "k": "v"}, "b": [], "list": [{"a": 1, "s": "x"}, {"a": 2, "s": "é"}, null, 3],
     "n": -1.5, "s": "some text", "x y": {"": [[1], [2, [3]]]}, "big": 123456789012345678901234567890}
    """

  static func run(_ bytes: [UInt8]) {
    let (first, second) = bytes.parts
    let source = String(decoding: first, as: UTF8.self)
    guard let text = try? JSONText(second ?? Array(document.utf8), limits: JSONLimits(maxBytes: 64 << 10)) else {
      return
    }
    let expression: Expression
    do {
      expression = try Expression.compile(source, limits: limits)
    } catch {
      hold((0...source.utf8.count).contains(error.offset), "an error at \(error.offset) of \(source.utf8.count)")
      _ = (error.caret(in: source), error.column(in: source), error.description)
      return
    }
    hold(expression.source == source, "another source: \(expression.source)")
    for reference in expression.references {
      hold((0...source.utf8.count).contains(reference.offset), "a reference at \(reference.offset)")
    }
    let root = JSONValue.slice(text.root)
    let outcome = Outcome(expression, root)
    if case .value(let json) = outcome {
      hold((try? JSONText(Array(json.utf8))) != nil, "no JSON: \(json)")
    } else {
      hold(!expression.isPlainPath || outcome == .limit, "a plain path failed")
    }
    checkEmbedded(source, root, outcome)
    checkReferences(expression, root, outcome)
  }

  private enum Outcome: Equatable {
    case value(String)
    case failure
    case limit

    init(_ expression: Expression, _ root: JSONValue) {
      do throws(EvaluationError) {
        self = .value(try expression.evaluate(root).jsonText)
      } catch {
        _ = (error.caret(in: expression.source), error.description)
        hold((0...expression.source.utf8.count).contains(error.offset), "a failure at \(error.offset)")
        self = error.kind == .stepLimit || error.kind == .outputLimit ? .limit : .failure
      }
    }
  }

  private static func checkEmbedded(_ source: String, _ root: JSONValue, _ outcome: Outcome) {
    do {
      let (embedded, end) = try Expression.compile(embeddedIn: Array("${\(source)}}".utf8), from: 2, limits: limits)
      hold(end == source.utf8.count + 2, "embedded, it ends at \(end)")
      hold(Outcome(embedded, root) == outcome, "embedded, it gives something else")
    } catch {
      hold(false, "embedded: \(error)")
    }
  }

  private static func checkReferences(_ expression: Expression, _ root: JSONValue, _ outcome: Outcome) {
    let names = Set(expression.references.map { $0.path.first ?? "" }.map { Array($0.utf8) })
    guard outcome != .limit, root.kind == .object, !expression.references.contains(where: { $0.path.isEmpty }),
      case .slice(let slice) = root
    else { return }
    let kept = slice.members.compactMap { key, value -> JSONObject.Member? in
      guard let name = key.string, names.contains(Array(name.utf8)) else { return nil }
      return JSONObject.Member(name: name, value: .slice(value))
    }
    let narrowed = Outcome(expression, .object(JSONObject(kept)))
    hold(narrowed == outcome || narrowed == .limit, "it reads more than \(expression.references)")
  }
}
