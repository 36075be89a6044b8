/// One step of a program: plain data, so that walking it counts no references. The meaning of `a`, `b` and `c` is
/// told by the operation; where it says nothing else they are numbers of nodes.
struct Node: Sendable {
  var operation: Operation
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
  /// Where it begins in the text that was compiled, in bytes.
  var offset: Int32
}
