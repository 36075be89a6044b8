import AdminPage
import Front
import Messages
import Plans

/// The admin page and what it is made of: files that hold nothing of this gateway, and so are served to everybody who
/// reaches the address. *Immutable.*
enum AdminPageEndpoint {
  /// No script, style or picture but those of the address itself, and nobody may show the page within another.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  static var entries: [(Router.Entry, any Endpoint)] {
    AdminFile.all.map { file in
      let answer = answer(file)
      return (
        Router.Entry(.only(["GET"]), PathPattern(segments: [.literal(file.name)])), AnswerEndpoint { _ in answer }
      )
    }
  }

  private static func answer(_ file: AdminFile) -> Answer {
    Answer(
      status: 200,
      headers: [
        HeaderField("Content-Type", file.type), HeaderField("Cache-Control", "no-cache"),
        HeaderField("Content-Security-Policy", policy), HeaderField("X-Content-Type-Options", "nosniff"),
        HeaderField("Referrer-Policy", "no-referrer"),
      ],
      body: file.bytes)
  }
}
