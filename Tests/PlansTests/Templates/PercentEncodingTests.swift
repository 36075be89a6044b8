import Testing

@testable import Plans

@Suite struct PercentEncodingTests {
  @Test(arguments: [
    ("/admin", "/admin"), ("/%61dmin", "/admin"), ("/%41%7e%2D%5F%2e%39", "/A~-_.9"), ("/a%2fb%C3%a4", "/a%2Fb%C3%A4"),
    ("/%2561", "/%2561"), ("/a%40b@c", "/a%40b@c"), ("/a%", "/a%"), ("/a%6", "/a%6"), ("/a%6g%61", "/a%6ga"),
    ("/a%61", "/aa"), ("/%%361", "/%61"), ("/ä", "/ä"),
  ])
  func pathsHaveFewerSpellings(_ path: String, _ normalized: String) {
    #expect(PercentEncoding.normalized(path: path) == normalized)
  }
}
