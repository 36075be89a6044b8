import Foundation
import Passwords
import Testing

@Suite struct LoginTests {
  private func encoded(_ bytes: some Sequence<UInt8>) -> String { Data(bytes).base64EncodedString() }

  @Test(arguments: [
    ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame"), ("dGVzdDoxMjPCow==", "test", "123£"),
    ("YTo=", "a", ""), ("YTpiOmM6", "a", "b:c:"), ("YTpi", "a", "b"), ("YToi", "a", "\""),
  ])
  func userAndPassword(_ text: String, _ user: String, _ password: String) throws {
    let login = try #require(Login(text))
    #expect(login.user == user && login.password == password)
  }

  @Test func everyLengthIsRead() throws {
    for count in 1...300 {
      let password = String(repeating: "\u{ff}~", count: count)
      #expect(Login(encoded("u:\(password)".utf8))?.password == password)
    }
  }

  /// One spelling of one credential, and nothing that headers, logs or `crypt` would read in another way.
  @Test(arguments: [
    "", "=", "==", "====", "YTpi=", "YTpi====", "YT", "YTo", "YTp", "YTq=", "YTo ", " YTo=", "YTo=\n", "YT-_", "YT o=",
    "Y=o=", "YTo=YTo=", "ä", "a:b", "YQ==", "OmI=",
  ])
  func whatIsNone(_ text: String) { #expect(Login(text) == nil) }

  @Test func controlCharactersAndOtherCodingsAreRefused() {
    for text in ["a\u{0}:b", "a:b\u{0}", "a:\u{7f}", "a\u{85}:b", "a:b\r\n", "a\t:b"] {
      #expect(Login(encoded(text.utf8)) == nil, "\(text.debugDescription)")
    }
    // Latin-1, a surrogate, a long form.
    for bytes: [UInt8] in [[0x61, 0x3A, 0xA3], [0x61, 0x3A, 0xED, 0xA0, 0x80], [0x61, 0x3A, 0xC0, 0x80]] {
      #expect(Login(encoded(bytes)) == nil)
    }
  }
}
