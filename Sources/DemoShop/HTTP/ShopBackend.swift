import JSONText
import NIOHTTP1

/// One service while it runs: its endpoints and its fault switch. *Immutable*, but for the switch, which guards itself.
final class ShopBackend: Sendable {
  /// What becomes of one request: the delay, the work, the pause, then its answer or what stands in for it.
  struct Course: Sendable {
    /// Milliseconds before the work.
    var delay = 0
    /// Milliseconds between the work and the answer.
    var pause = 0
    var effect = Fault.Effect.none
    let work: @Sendable () -> ShopAnswer
  }

  static let faultPath = "__fault"
  static let booksPath = "__books"

  let service: Service
  let faults: FaultSwitch
  private let endpoints: [ShopEndpoint]
  private let books: ShopEndpoint?
  /// Writes and undoings that were taken and are still to be done, of a service with books.
  private let pending = Pending()
  private let hasLatency: Bool

  /// - Parameter books: what the service has done so far; `nil` where it keeps none.
  init(service: Service, endpoints: [ShopEndpoint], books: (@Sendable () -> JSONValue)?, hasLatency: Bool) {
    self.service = service
    self.hasLatency = hasLatency
    faults = FaultSwitch()
    let health = ShopEndpoint(.GET, "/health", latency: 0) { _ in .json(["status": "up"]) }
    self.endpoints = endpoints + [health]
    self.books = books.map { [pending] books in
      ShopEndpoint(.GET, "/\(ShopBackend.booksPath)", latency: 0) { _ in
        // In this order: what is pending no more is in the books.
        let count = pending.count
        guard case .object(var members) = books() else { return .json(.null) }
        members.append("pending", .number(count))
        return .json(.object(members))
      }
    }
  }

  /// The switch itself and the books are never affected by a fault; everything else is, `/health` included.
  func course(of request: ShopRequest) -> Course {
    if request.segments == [ShopBackend.faultPath] { return Course { [faults] in faults.answer(request) } }
    if let books, request.segments == [ShopBackend.booksPath] { return plainCourse(request, [books]).course }
    var (course, kind) = plainCourse(request, endpoints)
    let verdict = faults.next(kind)
    if books != nil, kind != .read, verdict.isWorkDone { course = pending.counting(course) }
    if !hasLatency { course.delay = 0 }
    if verdict.isAfterWork { course.pause = verdict.delay } else { course.delay += verdict.delay }
    course.effect = verdict.effect
    guard let replacement = verdict.replacement else {
      return verdict.isWorkDone ? course : course.replacing { .noContent }
    }
    return course.replacing { [course] in
      if verdict.isWorkDone { _ = course.work() }
      return replacement
    }
  }

  private func plainCourse(
    _ request: ShopRequest, _ endpoints: [ShopEndpoint]
  ) -> (course: Course, kind: ShopEndpoint.Kind) {
    var allowed: [HTTPMethod] = []
    // HEAD is answered as GET; the handler leaves the body out.
    let method = request.method == .HEAD ? .GET : request.method
    for endpoint in endpoints {
      guard let captures = endpoint.captures(of: request.segments) else { continue }
      guard endpoint.method == method else {
        allowed += endpoint.method == .GET ? [.GET, .HEAD] : [endpoint.method]
        continue
      }
      var request = request
      request.captures = captures
      return (Course(delay: endpoint.latency) { [request] in endpoint.answer(request) }, endpoint.kind)
    }
    let refusal: ShopAnswer =
      allowed.isEmpty
      ? .problem(.notFound, "\(service.rawValue) has no such path") : .methodNotAllowed(allow: allowed)
    return (Course { refusal }, method == .GET ? .read : .write)
  }
}

extension ShopBackend.Course {
  func replacing(_ work: @escaping @Sendable () -> ShopAnswer) -> Self {
    Self(delay: delay, pause: pause, effect: effect, work: work)
  }
}
