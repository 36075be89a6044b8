/// Why there was no further attempt where the policy would have had one.
enum RetryDenial: Sendable {
  /// Too many requests of late were repeated.
  case budget
  /// The backend asked for more time than there is.
  case retryAfter

  /// For the log, and for clients where the route says `exposeErrors`.
  var text: String {
    switch self {
    case .budget: "not repeated: the backend's retry budget is spent"
    case .retryAfter: "not repeated: its Retry-After is beyond the deadline"
    }
  }
}
