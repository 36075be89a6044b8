import CEpoll

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
