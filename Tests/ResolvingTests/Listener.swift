import Timing

@testable import Resolving

/// *Immutable.* A loop's place in tests: hears of names as a stream.
final class Listener: NameListener {
  private let heard: AsyncStream<String>
  private let source: AsyncStream<String>.Continuation

  init() {
    (heard, source) = AsyncStream.makeStream()
  }

  func heard(of name: HostName) {
    source.yield(name.text)
  }

  /// Begins the lookup, or joins it, and waits for its end.
  func answer(of name: HostName) async -> KnownName {
    var known = name.known(at: .now(), else: self)
    while case .asking = known {
      for await text in heard where text == name.text { break }
      known = name.known(at: .now(), else: self)
    }
    return known
  }
}
