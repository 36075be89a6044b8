/// A loop on which something waits for names.
package protocol NameListener: AnyObject, Sendable {
  /// A lookup that was under way has ended. On the resolver's thread, once for each time that it was registered.
  func heard(of name: HostName)
}
