import Plans

/// The prose of the reference, between the tables that are made of the keys.
enum ReferenceText {
  static let opening = """
    # Reference

    <!-- Made from the descriptions in Sources/Definitions/Keys; WEFT_UPDATE=1 swift test --filter ReferencePageTests -->

    Weft reads all `*.yaml` and `*.yml` files of one folder, in the order of their names, as one whole. A key that is \
    not listed here is an error, and so is everything else that can't be meant; all errors are told at once, by \
    `weft check` and by `weft run` alike.

    YAML is read by the core schema of YAML 1.2: `on` and `yes` are strings, and there are no merge keys. Anchors and \
    aliases work. A file holds one document of at most 1 MiB.
    """

  static let units = """
    ## Units

    Quantities are whole numbers with their unit written out.

    | kind | units | example |
    | --- | --- | --- |
    | duration | `ms`, `s`, `m`, `h`, `d` (24 h) | `250ms` |
    | bytes | `B`, `KiB`, `MiB`, `GiB` | `64KiB` |
    | percent | `%` | `50%` |
    | status | a status, a class, a range | `404`, `4xx`, `400-404` |
    """

  static let templates = """
    ## Templates

    `${ EXPR }` holds one JMESPath expression. A scalar that is exactly one `${…}` yields a value of any type; inside a \
    longer string the value is rendered as text: a string as it is, a number as its text, null as nothing, others as \
    JSON. `$${` is a literal `${`. Quote the scalar where YAML would trip: over `: `, over ` #`, over a leading \
    backtick, and over braces, brackets and commas inside `{ }` and `[ ]`.

    A value that is used whole keeps the bytes that the backend sent: the order of members, the text of numbers, \
    escapes. A number that is written in a definition keeps its text, too.

    What a value can do depends on where it stands, and never more than fill its place:

    | place | a value | null |
    | --- | --- | --- |
    | segment of a path | is percent-encoded, `/` and `\\` included; empty, `.` and `..` make the call `invalid-request` | \
    `invalid-request` |
    | `${path.name}` of a `*name` capture, in a path | keeps its slashes and escapes; empty adds \
    nothing; a segment of its own at the end of the path keeps the slash that the client sent | adds nothing |
    | value of a query parameter | is percent-encoded | leaves the parameter out |
    | header | as text; CR, LF, NUL and other control characters but the tab make the call `invalid-request` | leaves the header out |
    | header of an answer | as text, a list of texts as a line for each; what can't be sent leaves the header out and is \
    reported as `expression` | leaves the header out |
    | `body`, `response`, `fallback` | as JSON | null |

    Names of headers, parameters and members never come from a template, nor do methods and backends.

    Settings (URLs, addresses, durations, numbers and the like) are evaluated when the definitions are loaded; there \
    only `${env.NAME}` can be read. A variable that is not set is an error, unless the expression has an alternative: \
    `${env.USERS_URL || 'http://127.0.0.1:4001'}`.
    """

  static let scope = """
    A missing name or member is null. Names that are not known at all, captures that the path does not have and \
    members that `client` and `calls.<name>` do not have are errors when the definitions are loaded.
    """

  static let functions = """
    ## Expressions

    JMESPath as its specification has it, with the accepted extensions: arithmetic (`+ - * / % //`), `? :`, \
    `let $v = e in e`, the root `$`, slices of strings. From the loosest to the tightest: `|`, `? :`, `||`, `&&`, \
    comparisons, `+ -`, `* / % //`, unary `! + -`, then `.` and `[]`. `+`, `-`, `*`, `sum` and `round` compute in exact \
    decimal, `/` in double precision.

    An argument that is marked with `?` may be left out; texts are counted by their code points. A function that is given \
    a value of another type fails, and null is one; only `contains` takes anything as its second argument, and \
    `not_null`, `to_array`, `to_number`, `to_string` and `type` take everything. `like` and `matches` take null, which is \
    like nothing.

    \(ReferenceFunctions.table)

    An expression that fails at run time, by a type that does not fit, makes its field null and the answer partial; in \
    a call's request it makes the call `invalid-request`.

    ### Patterns

    The pattern of `like` and `matches` is a text that is written out, and is compiled when the definitions are loaded. \
    `like` compares the whole text, `matches` looks for a part of it: `^` and `$` are its beginning and its end. `matches` \
    is PCRE2 over code points; `\\d`, `\\w` and `\\s` mean ASCII, `(?i)` is for either case. In a single-quoted text a \
    backslash before a quote or another backslash is an escape, any other stands for itself. All that a match tries \
    counts as steps of the expression; beyond those, and with a text over 64 KiB, the expression fails.
    """

  static func summary(of name: ScopeName) -> String {
    switch name {
    case .path: "Captures of the path, percent-decoded; a `*rest` keeps its escapes."
    case .query: "The first value of each query parameter, form-decoded."
    case .queryList: "All values of each query parameter, as lists."
    case .headers: "Headers of the request by lower-case name; repeated ones joined by `, `."
    case .cookies: "Cookies of the request."
    case .claims:
      "Claims of the verified token, or what the service that was asked says; null without one. In routes with `auth`."
    case .identity:
      "Who the client has shown to be: "
        + ScopeName.IdentityMember.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        + ", and every further member of an API key's entry; null without one. In routes with `auth`."
    case .client:
      "The client: " + ScopeName.ClientMember.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        + ". `path` is as it was sent, but for needless [escapes](edge.md#services-that-decide), without the query, `tls` is `{version, cipher, serverName}`, `certificate` the client's own: `{subject, issuer, fingerprint, serial, "
        + "sans, notAfter}`; null without one."
    case .body: "The request's body, read as JSON; one that is not JSON is a 400. Not in proxies."
    case .env: "Environment variables, as they were at load. In calls and proxies, not in answers."
    case .calls:
      "How a call went, `calls.<name>`: "
        + ScopeName.CallMember.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        + ". The names of `headers` are in lower case; lines of one name are joined by `, `, and `set-cookie` is a list."
    case .item:
      "One item of an `each`: in `request`, `headers`, `body`, `idempotencyKey`, `compensate` and the tags of `cache`."
    case .items: "The items of one batch, where the `each` has `batch`."
    case .response:
      "What the backend answers, in `responseHeaders` of a proxy: `status`, and `headers` as those of a call. Null where "
        + "Weft answers itself."
    case .partial: "Whether something is missing, in `response`, `responseHeaders` and `status` of a composite."
    case .error:
      "What went wrong, in `errors`: "
        + ScopeName.ErrorMember.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        + ". `call` and `outcome` are of the call that failed; `stage` and `reason` tell in a word each who refused the "
        + "request, and why. Null where there is none."
    }
  }
}
