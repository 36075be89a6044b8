import Messages
import NIOCore

/// *Confined to* one exchange, on its front loop. A compressor as long as one body lasts.
package final class CompressorLease {
  private let pool: CompressorPool
  private let coding: AnswerCoding
  private let compressor: any Compressor

  init(_ pool: CompressorPool, _ coding: AnswerCoding, _ compressor: any Compressor) {
    self.pool = pool
    self.coding = coding
    self.compressor = compressor
  }

  deinit {
    pool.giveBack(compressor, coding)
  }

  package func compress(_ piece: ByteBuffer, _ step: CompressionStep) -> ByteBuffer {
    var output = ByteBuffer()
    if step == .end { output.reserveCapacity(minimumWritableBytes: 512 + piece.readableBytes / 3) }
    piece.withUnsafeReadableBytes { compressor.compress($0, step, into: &output) }
    return output
  }
}
