/// What a server serves: a router and, in the order of its routes, an endpoint each. Immutable; a reload replaces it
/// as a whole.
package struct Site: Sendable {
  package let router: Router
  package let endpoints: [any Endpoint]

  package init(router: Router, endpoints: [any Endpoint]) {
    self.router = router
    self.endpoints = endpoints
  }
}
