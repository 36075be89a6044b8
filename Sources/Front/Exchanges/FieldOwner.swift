/// Who writes a field of an answer.
package enum FieldOwner {
  case answer
  /// The sink, which knows how the answer is framed and when the connection ends.
  case connection
  case date, trailer

  /// - Parameter name: in any case.
  package init(_ name: UnsafeBufferPointer<UInt8>) {
    self =
      switch name.count {
      case 4 where HeaderName.equals(name, "date"): .date
      case 7 where HeaderName.equals(name, "trailer"): .trailer
      case 7 where HeaderName.equals(name, "upgrade"): .connection
      case 10 where HeaderName.equals(name, "connection") || HeaderName.equals(name, "keep-alive"): .connection
      case 12 where HeaderName.equals(name, "x-request-id"): .connection
      case 14 where HeaderName.equals(name, "content-length"): .connection
      case 16 where HeaderName.equals(name, "proxy-connection"): .connection
      case 17 where HeaderName.equals(name, "transfer-encoding"): .connection
      default: .answer
      }
  }
}
