import Testing

@testable import Files

@Suite struct FileTypeTests {
  @Test(arguments: [
    ("index.html", "text/html; charset=utf-8"), ("a/b.c/app.JS", "text/javascript; charset=utf-8"),
    ("data.json", "application/json"), ("x.svg", "image/svg+xml; charset=utf-8"), ("x.woff2", "font/woff2"),
    ("a.min.css", "text/css; charset=utf-8"), ("LICENSE", "application/octet-stream"),
    ("x.unheard", "application/octet-stream"),
    ("x.", "application/octet-stream"), ("x.tar.gz", "application/gzip"), ("m.wasm", "application/wasm"),
  ])
  func byEnding(_ name: String, _ type: String) {
    #expect(FileType.of(name) == type)
  }
}
