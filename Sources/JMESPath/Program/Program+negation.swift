import JSONText

extension Expression {
  /// Whether this is `!` before the whole of the other, by form: `!a.b` of `a.b`, `!(a || b)` of `a || b`. What means the
  /// same in other words is not found.
  package func isNegation(of other: Expression) -> Bool { program.isNegation(of: other.program) }
}

extension Program {
  fileprivate func isNegation(of other: Program) -> Bool {
    // Children stand before parents, so the operand is all but the last node.
    guard let last = nodes.last, last.operation == .not, start == nodes.count - 1, last.a == other.start,
      nodes.count == other.nodes.count + 1
    else { return false }
    return zip(nodes, other.nodes).allSatisfy { $0.isEqual(to: $1) } && lists.elementsEqual(other.lists)
      && names.elementsEqual(other.names) && slices == other.slices && literalTexts == other.literalTexts
  }

  private var literalTexts: [[UInt8]] {
    literals.map { literal in
      var writer = JSONWriter()
      writer.writeCompact(literal)
      return writer.bytes
    }
  }
}

extension Node {
  /// Whatever their places in the text.
  fileprivate func isEqual(to other: Node) -> Bool {
    (operation, a, b, c) == (other.operation, other.a, other.b, other.c)
  }
}
