import Front

/// Bounds a body that is not collected (`bodyLimit`). *Immutable.*
package struct BodyLimitStage: Stage {
  package let name = "body"
  /// In bytes.
  private let max: Int

  package init(max: Int) {
    self.max = max
  }

  package func enter(_ exchange: Exchange) -> StageStep { exchange.limitBody(to: max) }
}
