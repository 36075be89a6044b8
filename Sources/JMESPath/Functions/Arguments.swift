import JSONText

/// Evaluated arguments of a call, without a list on the heap. An expression (`&x`) counts, its value is null.
struct Arguments {
  var first = JSONValue.null
  var second = JSONValue.null
  var third = JSONValue.null
  var fourth = JSONValue.null
  let count: Int
}
