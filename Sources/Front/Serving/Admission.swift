/// Where a request counts.
enum Admission {
  case nowhere
  /// Apart, while its body is still coming: a slow client must not take the places of the others.
  case receiving
  /// Among those being worked on.
  case working
}
