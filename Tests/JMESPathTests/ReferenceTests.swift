import JMESPath
import Testing

@Suite struct ReferenceTests {
  /// Paths are written with `/`; the whole root is `.`.
  @Test(arguments: [
    ("path.userId", "path/userId"),
    ("$.path.userId", "path/userId"),
    ("orders.items[].{id: id, total: total}", "orders/items"),
    ("orders.items[].{id: id, shop: $.shop.name}", "orders/items shop/name"),
    ("orders.items[0].id", "orders/items"),
    ("orders.items[?total > $.query.min].id", "orders/items query/min"),
    ("orders.items[:2].id", "orders/items"),
    ("orders.*.id", "orders"),
    ("length(unread.items || `[]`)", "unread/items"),
    ("a || b.c && d == e", "a b/c d e"),
    ("(a || b).c", "a b"),
    ("a ? b : c.d", "a b c/d"),
    ("!a.b", "a/b"),
    ("-a + b.c * `2`", "a b/c"),
    ("[a, b.c]", "a b/c"),
    ("{x: a, y: b.c}", "a b/c"),
    ("{x: a}.x", "a"),
    ("a | b", "a/b"),
    ("a.b | c | [0]", "a/b/c"),
    ("a.length(@)", "a"),
    ("a.contains(@, $.b)", "a b"),
    ("a.contains('xyz', $.b)", "a b"),
    ("a.b.['x']", "a/b"),
    ("a.{x: `1`, y: $.c}", "a c"),
    ("a.{x: b.['y']}", "a/b"),
    ("(a | 'x').{x: `1`}", ""),
    ("sort_by(a.list, &k)[].v", "a/list"),
    ("sort_by(a.list, &$.k.x)", "a/list k/x"),
    ("map(&[x, $.y], list)", "y list"),
    ("let $x = a.b in $x.c", "a/b/c"),
    ("let $x = a.b in [$x.c, d]", "a/b/c d"),
    ("let $x = a in `1`", "a"),
    ("let $x = a, $y = $.b in list[].{x: $x.n, y: $y}", "a/n b list"),
    ("let $r = $ in list[*].[$r.a.b]", "a/b list"),
    ("@", "."),
    ("$", "."),
    ("@.a", "a"),
    ("keys(@)", "."),
    ("*", "."),
    ("*.a", "."),
    ("[0]", "."),
    ("[]", "."),
    ("a.[@, b]", "a a/b"),
    ("`1`", ""),
    ("'a'", ""),
    ("`{\"a\": 1}`.a", ""),
    ("a.\"b c\".\"d\"", "a/b c/d"),
    ("a.b[0] && a.b[1]", "a/b"),
    ("[a.b, a.b]", "a/b"),
    ("calls.orders.headers.\"x-total\"", "calls/orders/headers/x-total"),
  ])
  func paths(_ source: String, _ expected: String) throws {
    let found = try Expression.compile(source).references
    let text = found.map { $0.path.isEmpty ? "." : $0.path.joined(separator: "/") }
    #expect(Set(text) == Set(expected.isEmpty ? [] : ReferenceTests.split(expected)), "\(source): \(text)")
    #expect(text.count == Set(text).count)
  }

  /// At spaces, except in a name that holds one.
  private static func split(_ text: String) -> [String] {
    text.hasPrefix("a/b c") ? [text] : text.split(separator: " ").map(String.init)
  }

  @Test func offsets() throws {
    let found = try Expression.compile("  alpha.x + max([$.beta, gamma[0].y, @.delta])").references
    #expect(
      found == [
        .init(path: ["alpha", "x"], offset: 2), .init(path: ["beta"], offset: 19),
        .init(path: ["gamma"], offset: 25), .init(path: ["delta"], offset: 39),
      ])
  }

  @Test func offsetsInAnEmbeddingText() throws {
    let text = Array("user:${ path.id }".utf8)
    let (expression, end) = try Expression.compile(embeddedIn: text, from: 7)
    #expect(expression.references == [.init(path: ["path", "id"], offset: 8)])
    #expect(end == 16)
  }

  @Test(arguments: [
    ("a", true), ("a.b.c", true), ("a[0].b", true), ("$.a", true), ("@", true), ("$", true), ("a.b[-1]", true),
    ("\"a b\"", true), ("(a.b)", true), ("a[]", false), ("a[:1]", false), ("a || b", false), ("length(a)", false),
    ("`1`", false), ("a.*", false), ("{a: a}", false), ("a | b", false), ("!a", false),
  ])
  func plainPaths(_ source: String, _ expected: Bool) throws {
    #expect(try Expression.compile(source).isPlainPath == expected, "\(source)")
  }
}
