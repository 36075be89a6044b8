import Plans

extension Key where Value == Bool? {
  static var secure: Key {
    Key(
      "secure", .orNone(.boolean()), default: "false",
      "Answers say `X-Content-Type-Options: nosniff`, `Referrer-Policy: no-referrer` and "
        + "`Cross-Origin-Resource-Policy: same-origin`, and neither `Server` nor `X-Powered-By`.", example: "true")
  }
}
