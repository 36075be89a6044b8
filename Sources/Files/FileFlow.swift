import Front
import Messages
import NIOCore

/// *Confined to its front loop*; `FileThreads` only carry it there: `@unchecked Sendable`. Writes a file as its client takes
/// it: a piece is read once there is room for it, so that one piece is held for each client.
final class FileFlow: ExchangeStream, @unchecked Sendable {
  private let exchange: Exchange
  private let body: FileBody
  /// Where the next piece begins.
  private var offset: Int
  private var isReading = false
  private var isOver = false

  init(_ exchange: Exchange, _ body: FileBody) {
    self.exchange = exchange
    self.body = body
    offset = body.part.lowerBound
  }

  func begin() {
    let (length, beginning) = (body.part.count, body.beginning)
    let isHere = exchange.begin(status: body.status, body.fields, length: length, room: beginning.readableBytes)
    guard isHere else { return }
    exchange.stream = self
    if exchange.request.method == "HEAD" { return end() }
    take(beginning)
  }

  private func take(_ piece: ByteBuffer) {
    offset += piece.readableBytes
    if piece.readableBytes > 0 { exchange.write(piece) }
    if offset == body.part.upperBound { return end() }
    // The file has become shorter than it was when its length was told.
    if piece.readableBytes == 0 || body.file == nil { return breakOff() }
    exchange.flush()
    readOn()
  }

  private func readOn() {
    guard !isReading, !isOver, exchange.isReady, let file = body.file?.file else { return }
    isReading = true
    let offset = offset
    let count = min(body.part.upperBound - offset, FileBody.pieceBytes)
    FileThreads.run { [self] in
      let piece = try? file.read(at: offset, count: count)
      exchange.onLoop { self.read(piece) }
    }
  }

  private func read(_ piece: ByteBuffer?) {
    isReading = false
    if isOver { return }
    if let piece { take(piece) } else { breakOff() }
  }

  private func end() {
    isOver = true
    exchange.end(trailers: [HeaderField]?.none)
    exchange.flush()
  }

  private func breakOff() {
    isOver = true
    exchange.breakOff()
  }

  // MARK: ExchangeStream

  func received(_ bytes: ByteBuffer) -> Bool { true }
  func bodyEnded() {}
  func outputDrained() { readOn() }
  func abandoned() { isOver = true }
}
