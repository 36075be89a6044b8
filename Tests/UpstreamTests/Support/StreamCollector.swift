import Messages
import Timing
import Transfers

@testable import Upstream

/// *Confined to the loop's thread.* Takes a stream's answer and hands out a body.
final class StreamCollector: UpstreamStreamDelegate, @unchecked Sendable {
  private(set) var status: Int?
  private(set) var body: [UInt8] = []
  private(set) var ends: [Result<Void, CallFailure>] = []
  private var toSend: [UInt8]
  private let onHead: (UpstreamStream) -> Void

  init(sending body: [UInt8] = [], onHead: @escaping (UpstreamStream) -> Void = { _ in }) {
    toSend = body
    self.onHead = onHead
  }

  var hasEnded: Bool { !ends.isEmpty }

  /// `nil` before the end, or where it ended well.
  var failure: CallFailure? {
    if case .failure(let failure) = ends.first { failure } else { nil }
  }

  func stream(_ stream: UpstreamStream, receivedHead status: Int, headers: HeaderBlock) {
    self.status = status
    onHead(stream)
  }

  func stream(_ stream: UpstreamStream, received bytes: UnsafeRawBufferPointer) -> Bool {
    body.append(contentsOf: bytes)
    return true
  }

  func stream(_ stream: UpstreamStream, wantsBodyInto buffer: UnsafeMutableRawBufferPointer) -> BodyPull {
    guard !toSend.isEmpty else { return .end }
    let count = min(buffer.count, toSend.count)
    buffer.copyBytes(from: toSend[..<count])
    toSend.removeFirst(count)
    return .bytes(count)
  }

  func stream(_ stream: UpstreamStream, receivedTrailers trailers: HeaderBlock) {}

  func streamEnded(_ stream: UpstreamStream, _ result: Result<Void, CallFailure>) {
    ends.append(result)
  }
}

extension UpstreamStreamRequest {
  static func test(
    _ method: String = "GET", _ target: String = "/", bodyLength: BodyLength = .none,
    headTimeout: Duration = .seconds(600)
  ) -> UpstreamStreamRequest {
    UpstreamStreamRequest(
      backend: 0, method: method, target: target, headers: [], bodyLength: bodyLength, headTimeout: headTimeout,
      idleTimeout: .seconds(30))
  }
}
