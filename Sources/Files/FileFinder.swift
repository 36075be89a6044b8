import Front
import Messages
import NIOHTTP1
import Plans

/// Finds what a request asks for in a folder. *Immutable*; blocks, so it is called on `FileThreads`.
struct FileFinder: Sendable {
  private let plan: FilesPlan
  private let folder: FileFolder

  init(_ plan: FilesPlan, _ folder: FileFolder? = nil) {
    self.plan = plan
    self.folder = folder ?? FileFolder(plan.folder)
  }

  /// A file, by the name that says what it holds.
  struct Found {
    let name: String
    let file: OpenFile
    /// It stands in for a page that is no file.
    var isFallback = false
  }

  enum Finding {
    case file(Found)
    /// It is the path of a folder, which would have to end in a slash.
    case folder
  }

  /// - Parameter wantsPage: the client takes HTML.
  func find(_ path: FilePath, wantsPage: Bool) throws(FileFault) -> Finding {
    do throws(FileFault) {
      let name = path.file(index: plan.index)
      let file = try folder.open(name)
      guard file.isFolder else { return .file(Found(name: name, file: file)) }
      // One that has no page is as good as none.
      guard !path.isFolder else { throw .missing }
      _ = try page(of: name.isEmpty ? plan.index : "\(name)/\(plan.index)")
      return .folder
    } catch {
      guard error == .missing, plan.isSinglePage, wantsPage, !path.hasEnding else { throw error }
      var found = try page(of: plan.index)
      found.isFallback = true
      return .file(found)
    }
  }

  private func page(of name: String) throws(FileFault) -> Found {
    let file = try folder.open(name)
    guard !file.isFolder else { throw .missing }
    return Found(name: name, file: file)
  }

  /// The file beside it that a client likes best, and its coding.
  func coded(_ name: String, _ headers: HTTPHeaders) -> (file: OpenFile, coding: AnswerCoding)? {
    guard plan.isPrecompressed else { return nil }
    let lines = headers["accept-encoding"]
    var codings = AnswerCoding.allCases
    while let coding = AcceptEncoding(lines, among: codings).coding {
      if let file = try? folder.open(name + coding.ending), !file.isFolder { return (file, coding) }
      codings.removeAll { $0 == coding }
    }
    return nil
  }
}
