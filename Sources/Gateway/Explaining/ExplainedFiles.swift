import Files
import Front
import JSONText
import Plans

/// Which file a request means; whether it is there is not looked at.
struct ExplainedFiles {
  let plan: FilesPlan
  /// With the folder, as the definition has it; `nil`: no file can have the request's path.
  let file: String?

  /// - Parameter rest: of the request's path behind the route's.
  init(_ plan: FilesPlan, _ request: IncomingRequest, _ rest: String) {
    self.plan = plan
    let path = FilePath(rest: rest, endsInSlash: request.pathEndsInSlash)
    let folder = plan.source.hasSuffix("/") ? String(plan.source.dropLast()) : plan.source
    file = path.map { path in
      let name = path.file(index: plan.index)
      return name.isEmpty ? folder : "\(folder)/\(name)"
    }
  }

  var facts: [(name: String, value: String)] {
    var facts = [("files", file ?? "none: 404")]
    if plan.isPrecompressed { facts.append(("codings", "br, zstd or gzip, where the file is beside it")) }
    if plan.isSinglePage { facts.append(("spa", "pages that are no file are \(plan.index)")) }
    if let control = plan.cacheControl { facts.append(("caches", control)) }
    return facts
  }

  var json: JSONValue {
    [
      "dir": .string(plan.source), "file": .text(file), "index": .string(plan.index), "spa": .bool(plan.isSinglePage),
      "precompressed": .bool(plan.isPrecompressed), "cacheControl": .text(plan.cacheControl),
    ]
  }
}
