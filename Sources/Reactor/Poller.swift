import CEpoll
import Glibc

/// An epoll instance and the eventfd that interrupts its wait. `wake` may be called by any thread, the rest is confined
/// to the reactor's.
struct Poller: ~Copyable {
  /// More events than this wait for the next turn.
  private static let batch = 256

  private let epoll: Int32
  private let alarm: Int32
  private let events: UnsafeMutablePointer<epoll_event>

  init() {
    epoll = epoll_create1(weft_epoll_close_on_exec)
    alarm = eventfd(0, weft_eventfd_flags)
    precondition(epoll >= 0 && alarm >= 0, "no descriptors left for an epoll loop: errno \(errno)")
    events = .allocate(capacity: Self.batch)
    // Edge-triggered: each write is one event, and the counter need never be read back.
    control(alarm, EPOLL_CTL_ADD, weft_epoll_in | weft_epoll_edge)
  }

  deinit {
    close(epoll)
    close(alarm)
    events.deallocate()
  }

  func wake() {
    var one: UInt64 = 1
    // Fails only when the counter is full, and then a wake-up is pending anyway.
    _ = write(alarm, &one, 8)
  }

  /// Waits at most `milliseconds` (negative: for ever) and hands every ready descriptor to `body`.
  func wait(milliseconds: Int32, _ body: (Int32, Interest) -> Void) {
    let count = epoll_wait(epoll, events, Int32(Self.batch), milliseconds)
    guard count > 0 else { return }
    for index in 0..<Int(count) where events[index].data.fd != alarm {
      body(events[index].data.fd, Interest(epollBits: events[index].events))
    }
  }

  /// Adds, changes or removes. A descriptor that was closed in between, or never added, is put right: what counts is
  /// what the kernel watches afterwards.
  func control(_ descriptor: Int32, _ operation: Int32, _ interest: UInt32) {
    var event = epoll_event()
    event.events = interest
    event.data.fd = descriptor
    if epoll_ctl(epoll, operation, descriptor, &event) == 0 { return }
    if operation == EPOLL_CTL_MOD, errno == ENOENT {
      _ = epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
    } else if operation == EPOLL_CTL_ADD, errno == EEXIST {
      _ = epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event)
    }
  }
}

/// What a descriptor is watched for, and what it turned out to be ready for.
package struct Interest: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let read = Interest(rawValue: 1)
  package static let write = Interest(rawValue: 2)
  /// Only reported, asked for or not: an error or a hang-up.
  package static let broken = Interest(rawValue: 4)

  var epollBits: UInt32 {
    (contains(.read) ? weft_epoll_in : 0) | (contains(.write) ? weft_epoll_out : 0)
  }

  init(epollBits: UInt32) {
    var interest: Interest = []
    if epollBits & weft_epoll_in != 0 { interest.insert(.read) }
    if epollBits & weft_epoll_out != 0 { interest.insert(.write) }
    if epollBits & (weft_epoll_error | weft_epoll_hangup) != 0 { interest.insert(.broken) }
    self = interest
  }
}
