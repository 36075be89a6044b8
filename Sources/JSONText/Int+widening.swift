// Conversions that can't trap, because every value of the type fits. Where numbers of peers are read, no bare
// conversion is written.
extension Int {
  @inlinable package init(widening number: UInt8) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: UInt16) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: UInt32) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: Int32) { self = Int(truncatingIfNeeded: number) }
}
