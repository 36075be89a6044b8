import NIOCore

/// *Confined to its event loop*, apart from `execute`. Holds what is made before its loop runs it, and from then on is
/// used on that loop only; checked at every use. Unchecked, since the one hand-over, from its maker to the loop, is not
/// seen by the compiler.
package struct LoopConfined<Value>: @unchecked Sendable {
  private let loop: any EventLoop
  private let confined: Value

  /// `value` must not be used by its maker any more.
  package init(_ value: Value, to loop: any EventLoop) {
    confined = value
    self.loop = loop
  }

  package var value: Value {
    loop.preconditionInEventLoop()
    return confined
  }

  /// Runs `body` later, on the loop; from anywhere.
  package func execute(_ body: @escaping @Sendable (Value) -> Void) {
    loop.execute { body(value) }
  }
}
