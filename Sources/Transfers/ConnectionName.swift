/// A connection by its addresses, the one thing that libcurl says of it before it sends a request over it. Equal names
/// mean the same connection: a hash of 64 bits stands for the peer's address.
struct ConnectionName: Hashable {
  private let peer: UInt64
  private let ports: UInt64

  /// `nil` for a unix socket, which has no address of its own.
  init?(peer address: UnsafePointer<CChar>?, port: Int32, localPort: Int32) {
    guard let address, localPort > 0 else { return nil }
    // FNV-1a.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var next = address
    while next.pointee != 0 {
      hash = (hash ^ UInt64(truncatingIfNeeded: UInt8(bitPattern: next.pointee))) &* 0x100_0000_01B3
      next += 1
    }
    peer = hash
    ports =
      UInt64(truncatingIfNeeded: UInt32(bitPattern: port)) << 32
      | UInt64(truncatingIfNeeded: UInt32(bitPattern: localPort))
  }
}
