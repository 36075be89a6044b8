import Testing

@testable import Definitions

/// What BoringSSL makes of lists of ciphers (ssl_cipher.cc).
@Suite struct CipherListTests {
  private static let secure = [
    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
  ]

  @Test(arguments: [
    ("ECDHE+AESGCM:ECDHE+CHACHA20", secure), ("ECDHE+AESGCM ECDHE+CHACHA20", secure),
    ("ALL:!kRSA:!SHA", secure), ("DEFAULT:!RSA:!TLSv1", secure), ("HIGH:-SHA1:!RSA:+AES256:@STRENGTH", secure),
    ("[ECDHE+AES128|ECDHE+AES256|ECDHE+CHACHA20]", secure + CipherListTests.cbc),
    ("ECDHE-RSA-AES128-GCM-SHA256", ["ECDHE-RSA-AES128-GCM-SHA256"]),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", ["ECDHE-RSA-AES128-GCM-SHA256"]),
    ("TLS_AES_128_GCM_SHA256:ECDHE+CHACHA20+aRSA", ["ECDHE-RSA-CHACHA20-POLY1305"]),
    ("ECDHE+CHACHA20:!aNULL:!eNULL:!EXPORT:!DES:!MD5:!DHE-RSA-AES128-SHA:!aECDSA", ["ECDHE-RSA-CHACHA20-POLY1305"]),
    ("AES128-SHA:!AES128:AES128-SHA:AES256-SHA", ["AES256-SHA"]), ("3DES", ["DES-CBC3-SHA"]),
    ("ECDHE-RSA-AES128-SHA256", ["ECDHE-RSA-AES128-SHA256"]),
    ("RSA", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "AES128-SHA", "AES256-SHA"]), ("RSA+3DES", ["DES-CBC3-SHA"]),
    ("RSA+TLSv1", ["AES128-SHA", "AES256-SHA"]), ("aRSA+CHACHA20:PSK", ["ECDHE-RSA-CHACHA20-POLY1305"]),
  ])
  func whatIsLeft(_ text: String, _ names: [String]) throws {
    #expect(try Set(CipherList(text).names) == Set(names))
  }

  private static let cbc = [
    "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA", "ECDHE-RSA-AES256-SHA",
  ]

  @Test(arguments: [
    "", ":", "!ALL", "ECDHE:!ALL", "PSK", "TLS_AES_128_GCM_SHA256", "TLSv1+TLSv1.2", "TLSv1+RSA", "NOPE", "ECDHE+NOPE",
    "-NOPE:ALL",
    "+NOPE:ALL", "DHE-RSA-AES128-GCM-SHA256:ALL", "ALL:@SECLEVEL=2", "ALL:@NOPE", "ALL:!", "ALL:&", "[ALL",
    "[ALL]:!RSA", "[ALL:RSA]", "ECDHE+ECDHE-RSA-AES128-SHA", "ECDHE++AES", "ALL\n", "ÄES",
  ])
  func isNoList(_ text: String) {
    #expect(throws: CipherList.Fault.self) { try CipherList(text) }
  }

  @Test func whatIsWeak() throws {
    let list = try CipherList("ECDHE+AES128:AES128-GCM-SHA256:AES128-SHA")
    #expect(list.withoutForwardSecrecy == ["AES128-GCM-SHA256", "AES128-SHA"])
    #expect(list.inCBC == ["ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "AES128-SHA"])
  }

  @Test func whatWasMeant() {
    let fault = #expect(throws: CipherList.Fault.self) { try CipherList("ECDHE+AESGMC") }
    #expect(fault?.hint == "did you mean `AESGCM`?")
  }
}
