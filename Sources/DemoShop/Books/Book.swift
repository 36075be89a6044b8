import JSONText
import Locking

/// What a service has done, each under the name that its client gave it: what stands, and the history. *Guarded by* its
/// lock.
///
/// It does what a service has to, so that whoever asked for something can undo it though the response was lost:
///
/// - The client names what it asks for, and by that name has it undone.
/// - The same request again (name, body and `Idempotency-Key`) has the same answer and no second effect.
/// - What is undone stays undone, also where the undoing comes first and the request later.
final class Book<Record: BookRecord>: Sendable {
  private struct Entry {
    /// `nil` where nothing was done, and nothing will be.
    var record: Record?
    var stands: Bool
    /// The hash of the body that made it.
    var body = 0
    var key: String?
  }

  private enum Event: String {
    case done, repeated, refused, undone
    /// It was undone before, or had not been done.
    case nothing = "nothing to undo"
  }

  private struct Pages {
    var entries: [String: Entry] = [:]
    /// Names by the keys of the requests that made them.
    var names: [String: String] = [:]
    var history: [(event: Event, name: String)] = []
  }

  /// Of the history; no name is in the book without one.
  static var maxEvents: Int { 200_000 }
  /// In bytes.
  static var maxName: Int { 200 }

  private let pages = Locked(Pages())

  /// Does what a request asks for, once.
  /// - Parameter work: makes the record, out of the number of names before it, or throws what is answered instead.
  func enter(
    _ name: String, _ request: ShopRequest, _ work: (_ number: Int) throws(ShopRefusal) -> Record
  ) -> ShopAnswer {
    write(name) { pages throws(ShopRefusal) in
      if let entry = pages.entries[name] {
        guard entry.stands, let record = entry.record else { throw ShopRefusal(.conflict, "it was undone before") }
        guard entry.key == request.idempotencyKey, entry.body == request.body.hashValue else {
          throw ShopRefusal(.conflict, "another request has made that already")
        }
        return (.repeated, .json(record.json, status: .created))
      }
      let key = request.idempotencyKey
      if let key, pages.names[key] != nil {
        throw ShopRefusal(.unprocessableEntity, "that Idempotency-Key was another request's")
      }
      let record = try work(pages.entries.count)
      pages.entries[name] = Entry(record: record, stands: true, body: request.body.hashValue, key: key)
      if let key { pages.names[key] = name }
      return (.done, .json(record.json, status: .created))
    }
  }

  /// Has it undone, now and for good; 404 where there was nothing.
  /// - Parameter work: what there is to do beside the book.
  func undo(_ name: String, _ work: (Record) -> Void = { _ in }) -> ShopAnswer {
    write(name) { pages throws(ShopRefusal) in
      let entry = pages.entries[name]
      pages.entries[name, default: Entry(stands: false)].stands = false
      guard let record = entry?.record else { return (.nothing, .problem(.notFound, "there was nothing to undo")) }
      guard entry?.stands == true else { return (.nothing, .noContent) }
      work(record)
      return (.undone, .noContent)
    }
  }

  func record(_ name: String) -> Record? {
    pages.withLock { pages in pages.entries[name].flatMap { $0.stands ? $0.record : nil } }
  }

  /// What `GET /__books` answers: `{"stands": […], "history": [{"event": "done", "name": "…"}, …]}`, and
  /// what its service adds.
  var json: JSONValue {
    let pages = pages.withLock { $0 }
    let standing = pages.entries.filter(\.value.stands).sorted { $0.key < $1.key }
    return [
      "stands": .array(standing.compactMap { $0.value.record?.json }),
      "history": .array(pages.history.map { ["event": .string($0.event.rawValue), "name": .string($0.name)] }),
    ]
  }

  private func write(
    _ name: String, _ body: (inout Pages) throws(ShopRefusal) -> (Event, ShopAnswer)
  ) -> ShopAnswer {
    guard !name.isEmpty, name.utf8.count <= Self.maxName else {
      return .problem(.badRequest, "a name has 1 to \(Self.maxName) bytes")
    }
    return pages.withLock { pages in
      guard pages.history.count < Self.maxEvents else { return .problem(.serviceUnavailable, "the books are full") }
      let event: Event
      let answer: ShopAnswer
      do throws(ShopRefusal) {
        (event, answer) = try body(&pages)
      } catch {
        (event, answer) = (.refused, .problem(error.status, error.message))
      }
      pages.history.append((event, name))
      return answer
    }
  }
}

/// What a book tells of one thing that was done.
protocol BookRecord: Sendable {
  var json: JSONValue { get }
}
