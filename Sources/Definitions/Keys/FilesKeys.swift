import Messages
import Plans

/// Files of a folder as a route's work.
struct FilesKeys: KeySet {
  static let title = "Files"
  static let noun = "`files`"
  static let introduction =
    "Answers of a route `GET /…/*rest` are the files of a folder. See [The edge](edge.md#files)."

  let dir = Key<FilesPlan>(
    "dir", .folder(), required: true,
    "The folder, relative to the folder of definitions. It may be a link that is put elsewhere meanwhile.",
    example: "public")
  let index = Key<String>(
    "index", .index(), default: Defaults.files.index, "The file that is a folder's page.", example: "home.html")
  let spa = Key<Bool>(
    "spa", .boolean(), default: "false",
    "Pages that are no file (their last segment has no `.`, and the client's `Accept` names `text/html`) are the "
      + "folder's `index`: for applications that have paths of their own.", example: "true")
  let cacheControl = Key<String>(
    "cacheControl", .fieldValue("value of `Cache-Control`"), default: "none is sent",
    "What caches are told of every file.", example: "\"public, max-age=3600\"")
  let precompressed = Key<Bool>(
    "precompressed", .boolean(), default: "false",
    "A client that takes it gets `app.js.br`, `.zst` or `.gz` for `app.js`, where there is one beside it.",
    example: "true")
}

extension ValueType<FilesPlan> {
  /// A folder whose files everybody may see. What is read is all that a plan has by default.
  fileprivate static func folder() -> ValueType {
    setting(.scalar("path of a folder"), expected: "a folder's path") { setting, loading in
      guard !setting.text.isEmpty else {
        loading.report(setting.node, "expected a folder's path, found \(setting.shown)")
        return nil
      }
      let path = loading.path(setting.text)
      if let fault = ServedFolder(path).fault(definitions: loading.folder) {
        loading.report(setting.node, "\(setting.shown) \(fault.message)", hint: fault.hint)
        return nil
      }
      return FilesPlan(folder: path, source: setting.text)
    }
  }
}

extension ValueType<String> {
  fileprivate static func index() -> ValueType {
    setting(.scalar("name of a file", .setting(Pattern.fileName)), expected: "a file's name") { setting, loading in
      let name = setting.text.utf8
      if !name.isEmpty, name.first != UInt8(ascii: "."), !name.contains(where: { "/\\".utf8.contains($0) || $0 == 0 }) {
        return setting.text
      }
      loading.report(
        setting.node, "\(setting.shown) is not the name of a file; it has no slash, and does not begin with a dot")
      return nil
    }
  }

  /// What a header may have as its value.
  fileprivate static func fieldValue(_ name: String) -> ValueType {
    setting(.scalar(name), expected: "a \(name)") { setting, loading in
      guard !setting.text.isEmpty, HeaderTemplate.isAllowed(setting.text) else {
        loading.report(setting.node, "a header's value is not empty, and has no line break or other control character")
        return nil
      }
      return setting.text
    }
  }
}
