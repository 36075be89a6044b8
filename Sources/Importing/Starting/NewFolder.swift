/// What a folder of definitions begins with.
package struct NewFolder: Sendable {
  package struct Backend: Hashable, Sendable {
    package var name: String
    package var url: String

    /// `nil` where the name can't be a backend's, or the URL has no scheme and host.
    package init?(name: String, url: String) {
      guard name.wholeMatch(of: #/[A-Za-z][A-Za-z0-9_]{0,63}/#) != nil,
        url.wholeMatch(of: #/https?:\/\/[^\s\/?#{}$"]+(\/[^\s?#{}$"]*)?/#) != nil
      else { return nil }
      self.init(good: name, url)
    }

    private init(good name: String, _ url: String) {
      self.name = name
      self.url = url
    }

    /// Where nobody names one: of the demo.
    package static let example = Backend(good: "users", "http://127.0.0.1:4001")
  }

  private let backends: [Backend]

  /// - Parameter backends: names that differ; without one, that of the demo's users.
  package init(backends: [Backend]) {
    self.backends = backends.isEmpty ? [.example] : backends
  }

  /// Paths within the folder, and what stands there.
  package var files: [(path: String, text: String)] {
    [("gateway.yaml", Self.gateway), ("api.yaml", api), ("tests/overview.test.yaml", test)]
  }

  private static let gateway = """
    # What belongs to the process. All of it is optional; these are the usual values.
    listen: 127.0.0.1:8080                # 0.0.0.0:8080 for clients of other machines
    admin: 127.0.0.1:8081                 # /livez, /readyz, /health, /reload
    log: { level: info, access: true }

    """

  private var api: String {
    let first = backends[0].name
    var text = """
      # One BFF: what a screen needs, and where it comes from. `weft check` finds every mistake in it.
      bff: api
      prefix: /api

      backends:

      """
    for backend in backends {
      text += "  \(backend.name):\n    url: \(YAMLScalar.text(backend.url))\n"
      text += "    timeout: 2s                        # one attempt\n"
    }
    text += """

      routes:
        # One answer from several calls. They run at the same time, unless one reads another.
        GET /overview/:id:
          timeout: 3s                          # the whole answer
          calls:

      """
    for (index, backend) in backends.enumerated() {
      // Without what is required there is no answer; what is missing of the others is null.
      text += "      \(Self.call(backend.name)):\n        request: GET \(backend.name) /${path.id}\n"
      if index == 0 { text += "        required: true                 # without it there is no answer\n" }
    }
    text += "    response:\n"
    for backend in backends { text += "      \(backend.name): ${\(Self.call(backend.name))}\n" }
    text += """

        # Everything else of a backend, passed through as it is.
        ANY /\(first)/*rest:
          proxy: \(first) /${path.rest}

      """
    return text
  }

  private var test: String {
    var text = """
      # `weft test` runs this without a backend: each answers as it says here.
      name: the overview has all parts
      request: GET /api/overview/42
      backends:

      """
    for backend in backends { text += "  \(backend.name): { \"GET /42\": { json: { id: 42 } } }\n" }
    text += "expect:\n  status: 200\n  body:\n"
    for backend in backends { text += "    \(backend.name): { id: 42 }\n" }
    return text
  }

  /// A name that no expression has already.
  private static func call(_ name: String) -> String {
    var names = DefinitionNames(reserved: true)
    return names.next(like: name, or: "call")
  }
}
