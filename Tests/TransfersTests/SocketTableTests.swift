import Reactor
import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct SocketTableTests {
  private typealias Change = SocketTable.Change

  /// A connection's life: connecting, then read, kept, read again. Three calls to epoll, none of them for the reuse.
  @Test func aKeptConnectionStaysRegistered() {
    var table = SocketTable()
    #expect(table.opened(7) == nil)
    #expect(table.want(7, .write) == Change(before: [], after: .write))
    #expect(table.want(7, .read) == Change(before: .write, after: .read))
    for _ in 0..<3 {
      #expect(table.want(7, []) == nil)
      #expect(!table.isWanted(7))
      #expect(table.want(7, .read) == nil)
      #expect(table.isWanted(7))
    }
  }

  /// Its answer was there as soon as the request was sent.
  @Test func aConnectionThatWasNeverReadFromIsWatchedOnceItIsKept() {
    var table = SocketTable()
    let transfer = Marker()
    let user = ObjectIdentifier(transfer)
    _ = table.opened(7)
    _ = table.want(7, .write)
    table.place(user, on: 7)
    #expect(table.want(7, []) == Change(before: .write, after: []))
    #expect(table.transferEnded(7, of: user) == nil && !table.isKept(7), "it may have been closed without a word")
    #expect(table.transferEnded(7, of: user, isSound: true) == Change(before: [], after: .read))
    #expect(table.isKept(7))
    #expect(table.transferEnded(7, of: user, isSound: true) == nil)
  }

  @Test func anUnwantedEventDeregisters() {
    var table = SocketTable()
    _ = table.opened(7)
    _ = table.want(7, .read)
    _ = table.want(7, [])
    #expect(table.readyUnwanted(7) == Change(before: .read, after: []))
    #expect(table.want(7, .read) == Change(before: [], after: .read))
  }

  @Test func aConnectionIsKeptFromATransfersEndToTheNext() {
    var table = SocketTable()
    let transfers = [Marker(), Marker()]
    let (user, next) = (ObjectIdentifier(transfers[0]), ObjectIdentifier(transfers[1]))
    #expect(!table.isKept(7) && !table.isKept(-1))
    _ = table.opened(7)
    _ = table.want(7, .read)
    _ = table.want(7, [])
    #expect(!table.isKept(7), "it only pauses")
    _ = table.transferEnded(7, of: user)
    #expect(!table.isKept(7), "it was another's")
    table.place(user, on: 7)
    _ = table.transferEnded(7, of: user)
    #expect(table.isKept(7))
    _ = table.want(7, .read)
    #expect(!table.isKept(7))
    _ = table.transferEnded(7, of: user)
    #expect(!table.isKept(7), "another transfer uses it already")
    table.place(next, on: 7)
    _ = table.want(7, [])
    _ = table.transferEnded(7, of: user)
    #expect(!table.isKept(7), "another transfer uses it and pauses")
    table.closed(7)
    _ = table.transferEnded(7, of: user)
    #expect(!table.isKept(7))
  }

  @Test func aConnectionIsFoundByItsNameWhileItIsOpen() throws {
    var table = SocketTable()
    let transfer = Marker()
    let user = ObjectIdentifier(transfer)
    let name = try #require(ConnectionName(peer: "127.0.0.1", port: 80, localPort: 40000))
    _ = table.opened(7)
    table.place(user, on: 7)
    #expect(table.descriptor(of: name) == nil)
    _ = table.transferEnded(7, of: user, over: name)
    #expect(table.descriptor(of: name) == 7 && table.isKept(7) && table.isNamed(7))
    table.place(user, on: 7)
    #expect(table.descriptor(of: name) == 7 && !table.isKept(7))
    table.closed(7)
    #expect(table.descriptor(of: name) == nil && !table.isNamed(7))
  }

  @Test func aNameIsMadeOfBothAddresses() {
    let name = ConnectionName(peer: "10.0.0.1", port: 8080, localPort: 40000)
    #expect(name == ConnectionName(peer: "10.0.0.1", port: 8080, localPort: 40000))
    #expect(name != ConnectionName(peer: "10.0.0.2", port: 8080, localPort: 40000))
    #expect(name != ConnectionName(peer: "10.0.0.1", port: 8081, localPort: 40000))
    #expect(name != ConnectionName(peer: "10.0.0.1", port: 8080, localPort: 40001))
    #expect(ConnectionName(peer: "/run/backend", port: 80, localPort: 0) == nil)
  }

  @Test func aClosedNumberBeginsAnew() {
    var table = SocketTable()
    _ = table.opened(7)
    _ = table.want(7, .read)
    table.closed(7)
    #expect(!table.isWanted(7))
    #expect(table.opened(7) == nil)
    #expect(table.want(7, .read) == Change(before: [], after: .read))
  }

  /// The resolver's pipes are closed without a word: they are deregistered when curl lets go of them.
  @Test func whatIsNoConnectionIsLetGoOf() {
    var table = SocketTable()
    #expect(table.want(7, .read) == Change(before: [], after: .read))
    #expect(table.want(7, []) == Change(before: .read, after: []))
    #expect(table.want(7, .read) == Change(before: [], after: .read))
  }

  /// curl closes a failed attempt silently and opens the next one under the same number, still wanting to write.
  @Test func aNumberThatIsUsedAgainSilentlyIsRegisteredAnew() {
    var table = SocketTable()
    _ = table.opened(7)
    _ = table.want(7, .write)
    #expect(table.opened(7) == Change(before: [], after: .write))
  }

  /// One that failed to connect is let go of, and its number may then be a pipe of the resolver's.
  @Test func aFailedAttemptLeavesNothingBehind() {
    var table = SocketTable()
    _ = table.opened(7)
    _ = table.want(7, .write)
    #expect(table.want(7, []) == Change(before: .write, after: []))
    _ = table.want(7, .read)
    #expect(table.want(7, []) == Change(before: .read, after: []))
  }
}

private final class Marker {}
