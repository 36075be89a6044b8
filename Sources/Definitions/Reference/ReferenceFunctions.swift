/// The functions of expressions, as the reference lists them.
enum ReferenceFunctions {
  /// One function. A test evaluates the example.
  struct Row {
    let call: String
    let gives: String
    let example: String
    let result: String

    var name: Substring { call.prefix { $0 != "(" } }
  }

  static var table: String {
    let lines = rows.map { "| `\($0.call)` | \($0.gives) | \(code($0.example)) | \(code($0.result)) |" }
    return (["| function | gives | example | |", "| --- | --- | --- | --- |"] + lines).joined(separator: "\n")
  }

  private static func code(_ text: String) -> String {
    let escaped = text.replacing("|", with: "\\|")
    return escaped.contains("`") ? "`` \(escaped) ``" : "`\(escaped)`"
  }

  static let rows = [
    Row(call: "abs(number)", gives: "it without its sign", example: "abs(`-1.50`)", result: "1.5"),
    Row(call: "avg(numbers)", gives: "their mean; null of an empty list", example: "avg(`[1, 2]`)", result: "1.5"),
    Row(call: "ceil(number)", gives: "the next whole number, upwards", example: "ceil(`1.2`)", result: "2"),
    Row(
      call: "contains(list, value)", gives: "whether the list has it as an element, or a text as a part",
      example: "contains('shop', 'ho')", result: "true"),
    Row(
      call: "ends_with(text, end)", gives: "whether it ends so", example: "ends_with('shop', 'op')", result: "true"),
    Row(
      call: "find_first(text, part, from?, to?)",
      gives: "where the part stands first, counted from 0; null without one", example: "find_first('shop', 'o')",
      result: "2"),
    Row(
      call: "find_last(text, part, from?, to?)", gives: "where it stands last; null without one",
      example: "find_last('a-b-c', '-')", result: "3"),
    Row(call: "floor(number)", gives: "the next whole number, downwards", example: "floor(`1.8`)", result: "1"),
    Row(
      call: "from_items(pairs)", gives: "an object of pairs of name and value",
      example: "from_items(`[[\"a\", 1]]`)", result: #"{"a":1}"#),
    Row(
      call: "group_by(list, &text)", gives: "an object of lists; elements that give null are left out",
      example: "group_by(`[{\"k\": \"a\"}]`, &k)", result: #"{"a":[{"k":"a"}]}"#),
    Row(
      call: "items(object)", gives: "its pairs of name and value", example: "items(`{\"a\": 1}`)", result: #"[["a",1]]"#
    ),
    Row(
      call: "join(glue, texts)", gives: "one text, the glue between them", example: "join(',', ['a', 'b'])",
      result: #""a,b""#),
    Row(call: "keys(object)", gives: "its names, in its order", example: "keys(`{\"a\": 1}`)", result: #"["a"]"#),
    Row(
      call: "length(value)", gives: "how many characters a text, elements a list, members an object has",
      example: "length('höhe')", result: "4"),
    Row(
      call: "like(text, 'pattern')",
      gives: "whether the whole text is so; `*` is any text, `?` one character; of null, false",
      example: "like('curl/8.4', 'curl/*')", result: "true"),
    Row(call: "lower(text)", gives: "it in lower case", example: "lower('Shop')", result: #""shop""#),
    Row(
      call: "map(&expression, list)", gives: "what the expression gives for each element, nulls among them",
      example: "map(&a, `[{\"a\": 1}, {}]`)", result: "[1,null]"),
    Row(
      call: "matches(text, 'pattern')",
      gives: "whether the regular expression ([PCRE2](#patterns)) is found in it; of null, false",
      example: "matches('v12', '^v[0-9]+$')", result: "true"),
    Row(
      call: "max(list)", gives: "the largest of numbers or of texts; null of an empty list",
      example: "max(`[1, 3, 2]`)",
      result: "3"),
    Row(
      call: "max_by(list, &key)", gives: "the element with the largest key",
      example: "max_by([{p: `1`}, {p: `3`}], &p)",
      result: #"{"p":3}"#),
    Row(
      call: "merge(object, …)", gives: "one object; of equal names the last value counts",
      example: "merge({a: `1`}, {a: `2`})", result: #"{"a":2}"#),
    Row(call: "min(list)", gives: "as `max`, the smallest", example: "min(['b', 'a'])", result: #""a""#),
    Row(
      call: "min_by(list, &key)", gives: "as `max_by`, the smallest", example: "min_by([{p: `1`}, {p: `3`}], &p)",
      result: #"{"p":1}"#),
    Row(
      call: "not_null(value, …)", gives: "the first that is not null", example: "not_null(missing, 'x')",
      result: #""x""#),
    Row(
      call: "pad_left(text, width, character?)", gives: "it with spaces, or that character, before it up to a width",
      example: "pad_left('7', `3`, '0')", result: #""007""#),
    Row(
      call: "pad_right(text, width, character?)", gives: "the same behind it", example: "pad_right('7', `3`)",
      result: #""7  ""#),
    Row(
      call: "replace(text, old, new, count?)", gives: "it with the first `count`, or all, replaced",
      example: "replace('a-b-c', '-', '+', `1`)", result: #""a+b-c""#),
    Row(call: "reverse(value)", gives: "a list or a text backwards", example: "reverse('abc')", result: #""cba""#),
    Row(
      call: "round(number, digits?)", gives: "it with so many digits after the point, halves away from zero",
      example: "round(`2.345`, `2`)", result: "2.35"),
    Row(
      call: "sort(list)", gives: "numbers or texts, the smallest first", example: "sort(`[2, 1]`)", result: "[1,2]"),
    Row(
      call: "sort_by(list, &key)", gives: "its elements by their keys; equal ones keep their order",
      example: "sort_by([{p: `2`}, {p: `1`}], &p)[].p", result: "[1,2]"),
    Row(
      call: "split(text, separator, count?)", gives: "its parts, cut `count` times at most; `''` cuts everywhere",
      example: "split('a,b,c', ',', `1`)", result: #"["a","b,c"]"#),
    Row(
      call: "starts_with(text, begin)", gives: "whether it begins so", example: "starts_with('shop', 'sh')",
      result: "true"),
    Row(
      call: "sum(numbers)", gives: "their exact sum; 0 of an empty list", example: "sum(`[0.1, 0.2]`)", result: "0.3"),
    Row(
      call: "to_array(value)", gives: "a list as it is, else a list of the value", example: "to_array('a')",
      result: #"["a"]"#),
    Row(
      call: "to_number(value)", gives: "the number that a text spells; null of what is none",
      example: "to_number('1.10')", result: "1.10"),
    Row(
      call: "to_string(value)", gives: "a text as it is, else the value as JSON", example: "to_string(`[1, 2]`)",
      result: #""[1,2]""#),
    Row(
      call: "trim(text, characters?)", gives: "it without white space, or those characters, at both ends",
      example: "trim(' a ')", result: #""a""#),
    Row(
      call: "trim_left(text, characters?)", gives: "the same at its beginning", example: "trim_left('007', '0')",
      result: #""7""#),
    Row(
      call: "trim_right(text, characters?)", gives: "the same at its end", example: "trim_right('a  ')",
      result: #""a""#),
    Row(
      call: "type(value)", gives: "`string`, `number`, `boolean`, `array`, `object` or `null`, as a text",
      example: "type(missing)", result: #""null""#),
    Row(call: "upper(text)", gives: "it in upper case", example: "upper('a')", result: #""A""#),
    Row(call: "values(object)", gives: "its values, in its order", example: "values(`{\"a\": 1}`)", result: "[1]"),
    Row(
      call: "zip(list, …)", gives: "lists of the first elements, the second ones, …, as many as the shortest has",
      example: "zip(`[1, 2]`, ['a', 'b', 'c'])", result: #"[[1,"a"],[2,"b"]]"#),
  ]
}
