/// What an answer's `Content-Encoding` says (RFC 9110 §8.4), as far as it concerns whoever asked for gzip.
enum ContentCoding {
  case identity, gzip
  /// Another one, or more than one; not what was asked for.
  case unknown
}
