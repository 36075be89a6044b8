import Front
import Glibc
import Logging
import Messages
import NIOCore
import NIOHTTP1
import Plans

/// Makes the replies of a route with files. *Immutable*; blocks, so it is called on `FileThreads`.
struct FileResponder: Sendable {
  private let plan: FilesPlan
  private let finder: FileFinder
  private let logger: Logger

  init(_ plan: FilesPlan, _ folder: FileFolder? = nil, logger: Logger) {
    self.plan = plan
    self.logger = logger
    finder = FileFinder(plan, folder)
  }

  func reply(to request: IncomingRequest, _ path: FilePath) -> FileReply {
    do throws(FileFault) {
      switch try finder.find(path, wantsPage: Self.takesPages(request.headers)) {
      case .folder: return .answer(try Self.redirect(request))
      case .file(let found): return try reply(to: request, found)
      }
    } catch {
      if case .failed(let number) = error {
        logger.error("a file can't be read", metadata: ["why": "\(String(cString: strerror(number)))"])
      }
      var problem = error.problem
      if plan.isSinglePage && !path.hasEnding { problem.headers.append(HeaderField("Vary", "Accept")) }
      return .answer(problem.answer())
    }
  }

  /// A script that asks for data would not know what to do with a page: only what names HTML gets one.
  private static func takesPages(_ headers: HTTPHeaders) -> Bool {
    headers.joined("accept")?.lowercased().contains("text/html") == true
  }

  /// To the same path with a slash, so that links in the page are relative to the folder.
  private static func redirect(_ request: IncomingRequest) throws(FileFault) -> Answer {
    let path = request.path
    // What browsers take for the beginning of a host.
    if let second = path.utf8.dropFirst().first, "/\\".utf8.contains(second) { throw .missing }
    let location = "\(path)/" + (request.query.map { "?\($0)" } ?? "")
    return Answer(status: 301, headers: [HeaderField("Location", location)])
  }

  private func reply(to request: IncomingRequest, _ found: FileFinder.Found) throws(FileFault) -> FileReply {
    let coded = finder.coded(found.name, request.headers)
    let file = coded?.file ?? found.file
    let version = FileVersion(size: file.size, modified: file.modified, coding: coded?.coding, now: time(nil))
    var fields = common(version, isFallback: found.isFallback)
    switch version.condition(request.headers) {
    case .failed: return .answer(Problem(412, detail: "the file is another one", headers: fields).answer())
    case .unchanged: return .answer(Answer(status: 304, headers: fields))
    case .met: break
    }
    fields.append(HeaderField("Content-Type", FileType.of(found.name)))
    if let coded { fields.append(HeaderField("Content-Encoding", coded.coding.rawValue)) }
    fields.append(HeaderField("Accept-Ranges", "bytes"))
    return try reply(to: request, file, version, fields)
  }

  private func reply(
    to request: IncomingRequest, _ file: OpenFile, _ version: FileVersion, _ fields: [HeaderField]
  ) throws(FileFault) -> FileReply {
    let isHead = request.method == "HEAD"
    let wanted = isHead || !version.allowsRange(request.headers) ? nil : request.headers.joined("range")
    var (status, part, fields) = (200, 0..<file.size, fields)
    switch ByteRange(wanted, length: file.size) {
    case .whole: break
    case .none:
      let range = HeaderField("Content-Range", "bytes */\(file.size)")
      return .answer(Problem(416, detail: "the file has no such part", headers: [range]).answer())
    case .part(let range):
      (status, part) = (206, range)
      fields.append(HeaderField("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)"))
    }
    let count = isHead ? 0 : min(part.count, FileBody.pieceBytes)
    let beginning = try file.read(at: part.lowerBound, count: count)
    let held = isHead || part.count <= count ? nil : try HeldFile(file)
    return .file(FileBody(status: status, fields: fields, file: held, part: part, beginning: beginning))
  }

  /// What a 304 says, too.
  private func common(_ version: FileVersion, isFallback: Bool) -> [HeaderField] {
    var fields: [HeaderField] = []
    if let etag = version.etag { fields.append(HeaderField("ETag", etag)) }
    if let modified = version.modified { fields.append(HeaderField("Last-Modified", HTTPDate.text(modified))) }
    if let control = plan.cacheControl { fields.append(HeaderField("Cache-Control", control)) }
    let vary = (plan.isPrecompressed ? ["Accept-Encoding"] : []) + (isFallback ? ["Accept"] : [])
    if !vary.isEmpty { fields.append(HeaderField("Vary", vary.joined(separator: ", "))) }
    return fields
  }
}
