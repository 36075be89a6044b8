/// How the value of a key is read and described.
struct ValueType<Value> {
  let shape: Shape
  /// `nil` after reporting what is wrong with the node.
  let read: (YAMLNode, Loading) -> Value?

  init(_ shape: Shape, _ read: @escaping (YAMLNode, Loading) -> Value?) {
    self.shape = shape
    self.read = read
  }
}
