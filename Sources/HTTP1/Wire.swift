import NIOCore

/// What connections of HTTP/1.1 write again and again. *Immutable*; one for each event loop, whose storage no other
/// thread counts references of.
package final class Wire: Sendable {
  let continueLine = ByteBuffer(staticString: "HTTP/1.1 100 Continue\r\n\r\n")
  let lineEnd = ByteBuffer(staticString: "\r\n")
  let lastChunk = ByteBuffer(staticString: "0\r\n\r\n")

  package init() {}
}
