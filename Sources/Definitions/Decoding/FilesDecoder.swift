import Foundation
import Plans

/// Decodes `files` of a route.
struct FilesDecoder {
  let reader: MappingReader<RouteKeys>
  /// The route's name.
  let key: YAMLNode
  /// `nil` where the name is wrong.
  let methods: MethodSet?
  /// The route's `*rest` capture.
  let rest: String?

  /// `nil` after reporting what is wrong.
  func decode() -> FilesPlan? {
    if let methods { checkRoute(methods) }
    return reader[\.files]
  }

  static func plan(_ reader: MappingReader<FilesKeys>) -> FilesPlan? {
    let (index, cacheControl) = (reader[\.index], reader[\.cacheControl])
    let (isSinglePage, isPrecompressed) = (reader[\.spa] ?? false, reader[\.precompressed] ?? false)
    guard var plan = reader[\.dir] else { return nil }
    plan.index = index ?? plan.index
    plan.cacheControl = cacheControl
    plan.isSinglePage = isSinglePage
    plan.isPrecompressed = isPrecompressed
    if isSinglePage, !FileManager.default.isReadableFile(atPath: "\(plan.folder)/\(plan.index)"),
      let place = reader.pair(\.spa)?.key
    {
      reader.loading.warn(place, "`\(plan.source)` has no file `\(plan.index)`, which `spa` answers with")
    }
    return plan
  }

  private func checkRoute(_ methods: MethodSet) {
    let isReading =
      if case .only(let names) = methods { names.allSatisfy { ["GET", "HEAD"].contains($0) } } else { false }
    if !isReading {
      reader.loading.report(key, "files are for GET and HEAD, and not for `\(methods)`", hint: "make it `GET /…/*rest`")
    }
    if rest == nil {
      reader.loading.report(
        key, "the path of a route with `files` ends in `*` and a name, which is the file",
        hint: "make it `GET /…/*rest`")
    }
  }
}
