import Testing

/// The definition files that stand below one `##` heading of a page: one folder.
struct DocumentedFolder: Sendable, CustomTestStringConvertible {
  struct Unnamed: Error {
    let heading: String
  }

  var heading: String
  var files: [(name: String, text: String)]

  var testDescription: String { heading }

  /// The headings with ```yaml blocks; the first line of each block names its file: `# file: mobile.yaml`.
  static func all(of page: String) throws -> [DocumentedFolder] {
    var folders: [DocumentedFolder] = []
    var heading = ""
    var block: [Substring]?
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "```", let lines = block {
        guard let first = lines.first, first.hasPrefix("# file: ") else { throw Unnamed(heading: heading) }
        if folders.last?.heading != heading { folders.append(DocumentedFolder(heading: heading, files: [])) }
        let text = lines.joined(separator: "\n") + "\n"
        folders[folders.count - 1].files.append((name: String(first.dropFirst(8)), text: text))
        block = nil
      } else if block != nil {
        block?.append(line)
      } else if line == "```yaml" {
        block = []
      } else if line.hasPrefix("## ") {
        heading = String(line.dropFirst(3))
      }
    }
    return folders
  }
}
