/// What a node of a program does.
enum Operation: UInt8, Sendable {
  /// `@`
  case current
  /// `$`
  case root
  /// A name; `a` is its number.
  case field
  /// `[n]`; `a` is n.
  case index
  /// `a.b`; nothing is done on the right where the left is null.
  case sub
  /// `a | b`
  case pipe
  /// A literal; `a` is its number.
  case literal
  /// `$name`; `a` is its slot.
  case variable
  /// `let … in c`; `a` is where the pairs of slot and expression begin, `b` how many there are.
  case bind
  case or, and, not
  /// `a ? b : c`
  case ternary
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case add, subtract, multiply, divide, floorDivide, modulo
  case negate, plus
  /// `[x, y]`; `a` is where the expressions begin, `b` how many there are.
  case list
  /// `{k: x}`; `a` is where the pairs of name and expression begin, `b` how many there are.
  case hash
  /// `f(x)`; `a` is where the arguments begin, `b` how many there are, `c` the function.
  case call
  /// `&x`, only as an argument.
  case expression
  /// `a[*]b`
  case projectElements
  /// `a.*b`
  case projectValues
  /// `a[]b`
  case projectFlattened
  /// `a[?c]b`
  case projectFiltered
  /// `a[x:y:z]b`; `c` is the slice's number.
  case projectSliced
}
