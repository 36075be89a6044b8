import CPCRE2

/// *Immutable.* The regular expression of a `matches`: PCRE2 over code points, compiled once, and bounded in all that a
/// match may cost.
final class TextPattern: Sendable {
  /// The ways that a match may try from one place of the text, how many it may hold open, and the memory for those, in
  /// KiB. Below them a match is bounded by its steps.
  static let matchLimit: UInt32 = 1_000_000
  static let depthLimit: UInt32 = 10_000
  static let heapLimit: UInt32 = 8 << 10
  /// The longest text, in bytes. Some items look at as much of it before a step is counted.
  static let maxTextBytes = 64 << 10

  /// Why a match has no result.
  enum Fault: Error {
    /// It took more steps than there were.
    case steps
    /// The text is too long, or the match ran into one of PCRE2's own limits.
    case limit
  }

  /// Owned, never written after `init`.
  private nonisolated(unsafe) let code: OpaquePointer
  private let hasBackReferences: Bool

  /// Throws what PCRE2 says is wrong with it, and how many bytes of it stand before that place.
  init(_ pattern: String) throws(PatternFault) {
    // `$` is the end and nothing else; each item calls `Course.count`.
    let options =
      PCRE2_UTF | PCRE2_NO_UTF_CHECK | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_AUTO_CALLOUT
    var error: Int32 = 0
    var offset = 0
    let bytes = Array(pattern.utf8)
    guard let code = pcre2_compile_8(bytes, bytes.count, options, &error, &offset, nil) else {
      throw PatternFault(message: Self.message(error), offset: offset)
    }
    self.code = code
    var references: UInt32 = 0
    pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_BACKREFMAX), &references)
    hasBackReferences = references > 0
  }

  deinit {
    pcre2_code_free_8(code)
  }

  private static func message(_ error: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let length = pcre2_get_error_message_8(error, &buffer, buffer.count)
    return length < 0 ? "it is no pattern" : String(decoding: buffer.prefix(Int(widening: length)), as: UTF8.self)
  }

  /// Tells whether some part of the text matches, and takes the steps of it from `room`.
  func isFound(in text: String, room: inout Int) throws(Fault) -> Bool {
    guard text.utf8.count <= Self.maxTextBytes else { throw .limit }
    guard let matches = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
      throw .limit
    }
    defer {
      pcre2_match_data_free_8(matches)
      pcre2_match_context_free_8(context)
    }
    pcre2_set_match_limit_8(context, Self.matchLimit)
    pcre2_set_depth_limit_8(context, Self.depthLimit)
    pcre2_set_heap_limit_8(context, Self.heapLimit)
    var text = text
    // A back reference compares as much as it stands for.
    var course = Course(room: room, itemCost: hasBackReferences ? 1 + text.utf8.count >> 5 : 1)
    let result = withUnsafeMutablePointer(to: &course) { course in
      pcre2_set_callout_8(context, Course.count, course)
      return text.withUTF8 {
        pcre2_match_8(code, $0.baseAddress, $0.count, 0, UInt32(PCRE2_NO_UTF_CHECK), matches, context)
      }
    }
    room = course.room
    if result >= 0 { return true }
    switch result {
    case PCRE2_ERROR_NOMATCH: return false
    case PCRE2_ERROR_CALLOUT: throw .steps
    default: throw .limit
    }
  }

  struct PatternFault: Error {
    let message: String
    let offset: Int
  }

  /// One match on its way. PCRE2 tells of every item of the pattern before it looks at it.
  private struct Course {
    var room: Int
    let itemCost: Int
    var position = 0

    static let count: @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32 =
      { block, data in
        guard let block, let course = data?.assumingMemoryBound(to: Course.self) else { return PCRE2_ERROR_CALLOUT }
        let position = block.pointee.current_position
        let distance = (position - course.pointee.position).magnitude
        course.pointee.position = position
        course.pointee.room -= course.pointee.itemCost + Int(clamping: distance >> 5)
        return course.pointee.room < 0 ? PCRE2_ERROR_CALLOUT : 0
      }
  }
}
