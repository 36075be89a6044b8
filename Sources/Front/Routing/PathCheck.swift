/// What is refused in a request's path before it is matched, so that no later reader, here or in a backend, can take it
/// for another path: dot segments (also encoded, also between `%2F` or `%5C`, also with a parameter: servlet containers
/// take `..;x` for `..`), NUL, CR, LF, escapes that are none, and text that is not UTF-8 after decoding. One pass, no
/// allocation.
enum PathCheck {
  static func isGood(_ path: UnsafeBufferPointer<UInt8>) -> Bool {
    guard path.first == UInt8(ascii: "/") else { return false }
    var text = UTF8Check()
    var dots = 0
    var hasOther = true
    var index = 0
    while index < path.count {
      let raw = path[index]
      let (byte, length) = Percent.decoded(path, at: index)
      if raw == Percent.sign && length == 1 { return false }
      index += length
      switch byte {
      case UInt8(ascii: "."):
        dots += 1
        guard text.isComplete else { return false }
      case UInt8(ascii: "/"), UInt8(ascii: "\\"):
        guard text.isComplete, hasOther || dots == 0 || dots > 2 else { return false }
        (dots, hasOther) = (0, false)
      case 0, 0x0A, 0x0D:
        return false
      case UInt8(ascii: ";") where length == 1 && !hasOther && (dots == 1 || dots == 2):
        return false
      default:
        guard text.take(byte) else { return false }
        hasOther = true
      }
    }
    return text.isComplete && (hasOther || dots == 0 || dots > 2)
  }
}
