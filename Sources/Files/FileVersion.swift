import Front
import Messages
import NIOHTTP1

/// By what a client knows one version of a file from another, and what it says of the one that it has (RFC 9110 §13). A
/// value.
struct FileVersion {
  /// A strong tag; `nil`: the file's time says nothing, as where a build sets all of them to the beginning of time.
  let etag: String?
  /// Seconds since 1970, and no later than now.
  let modified: Int?

  enum Condition: Equatable {
    case met
    /// 304.
    case unchanged
    /// 412.
    case failed
  }

  /// - Parameters:
  ///   - modified: nanoseconds since 1970.
  ///   - now: seconds since 1970.
  init(size: Int, modified: Int, coding: AnswerCoding? = nil, now: Int) {
    guard modified >= 2_000_000_000 else {
      (etag, self.modified) = (nil, nil)
      return
    }
    let prefix = coding.map { "\($0.rawValue)-" } ?? ""
    etag = "\"\(prefix)\(String(modified, radix: 36))-\(String(size, radix: 36))\""
    self.modified = min(modified / 1_000_000_000, now)
  }

  /// In the order of RFC 9110 §13.2.2, of GET and HEAD. Where there is neither tag nor time, no condition is one.
  func condition(_ headers: HTTPHeaders) -> Condition {
    guard let etag, let modified else { return .met }
    if let tags = headers.joined("if-match") {
      guard EntityTagList.matches(tags, etag: etag, strongly: true) else { return .failed }
    } else if let since = time(headers, "if-unmodified-since"), modified > since {
      return .failed
    }
    if let tags = headers.joined("if-none-match") {
      return EntityTagList.matches(tags, etag: etag) ? .unchanged : .met
    }
    if let since = time(headers, "if-modified-since"), modified <= since { return .unchanged }
    return .met
  }

  /// Whether a part is wanted only of this version, or of any (RFC 9110 §13.1.5).
  func allowsRange(_ headers: HTTPHeaders) -> Bool {
    guard let wanted = headers.joined("if-range") else { return true }
    if wanted.hasPrefix("\"") || wanted.hasPrefix("W/") { return wanted == etag }
    return modified != nil && HTTPTime.seconds(wanted) == modified
  }

  private func time(_ headers: HTTPHeaders, _ name: String) -> Int? {
    headers.joined(name).flatMap { HTTPTime.seconds($0) }
  }
}
