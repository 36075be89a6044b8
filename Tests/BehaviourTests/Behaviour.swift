import TestSockets
import Testing

/// Everything that is tested from outside: the built `weft` against real sockets. One test at a time, so that two cores
/// are enough.
@Suite("Behaviour", .serialized, .ownThreads)
struct Behaviour {}
