import Plans

/// `Strict-Transport-Security`.
struct HSTSKeys: KeySet {
  static let title = "HSTS"
  static let noun = "`hsts`"
  static let introduction =
    "Answers over TLS tell browsers to come by https alone from then on: those that heard of it keep to it for `maxAge`."

  let maxAge = Key<Duration>(
    "maxAge", .duration(.zero...(.seconds(3650 * 86_400))), required: true,
    "For how long; `0s` frees those that come again.", example: "365d")
  let includeSubdomains = Key<Bool>(
    "includeSubdomains", .boolean(), default: "false", "Of the host's subdomains as well.", example: "true")
  let preload = Key<Bool>(
    "preload", .boolean(), default: "false",
    "May be put on the list that browsers are shipped with. Wants `includeSubdomains` and a year.", example: "true")
}
