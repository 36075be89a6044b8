import Plans

/// Bounds on writes that nobody waits for.
struct WritesKeys: KeySet {
  static let title = "Writes"
  static let noun = "`writes`"
  static let introduction = """
    A write that was sent is not cancelled: it goes on where its client has left or has the answer already, and so does \
    what undoes it. At either bound a composite that would write is 503 with `Retry-After`.
    """

  let detached = Key<Int>(
    "detached", .integer(1...1_000_000), default: "\(ProcessPlan().writes.detached)",
    "Composites whose writes go on though nobody waits for them.", example: "5000")
  let detachedBytes = Key<Int>(
    "detachedBytes", .bytes((1 << 20)...(1 << 40)), default: ProcessPlan().writes.detachedBytes.bytesWritten,
    "The bodies that they hold, all together. Both are looked at when a composite that writes begins.",
    example: "256MiB")
}
