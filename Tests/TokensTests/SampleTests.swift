import Plans
import TestTokens
import Testing
import Timing

@testable import Tokens

/// The tokens of RFC 7515 (appendix A) and RFC 8037 (appendix A).
struct SampleTests {
  private static let claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
  private static let text = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"

  private static let secret =
    #""kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow""#
  private static let rsa = #"""
    "kty":"RSA","e":"AQAB","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-\#
    Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-\#
    bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGh\#
    yxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
    """#
  private static let p256 = #"""
    "kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",\#
    "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
    """#
  private static let p521 = #"""
    "kty":"EC","crv":"P-521",\#
    "x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",\#
    "y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"
    """#
  private static let ed25519 = #""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#

  @Test func theTokensOfRFC7515AreVerified() throws {
    for (header, key, signature) in [
      ("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9", Self.secret, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
      (
        "eyJhbGciOiJSUzI1NiJ9", Self.rsa,
        """
        cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUA\
        r7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO-\
        -xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_\
        IoypGlUPQGe77Rw
        """
      ),
      (
        "eyJhbGciOiJFUzI1NiJ9", Self.p256,
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
      ),
    ] {
      let keys = try jwks(key, isPublic: false).keys
      let verifier = TokenVerifier(TokenRules())
      let token = "\(header).\(Self.claims).\(signature)"
      let verified = try verifier.verify(token, by: keys, at: WallTime(seconds: 1_300_819_000))
      #expect(verified.claims.source == Self.text)
    }
  }

  @Test func theirTextsThatAreNoClaimsAreSignedByTheirKeys() throws {
    let es512 = """
      eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34X\
      O0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn
      """
    let edDSA = """
      eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4k\
      i4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
      """
    for (text, key) in [(es512, Self.p521), (edDSA, Self.ed25519)] {
      let keys = try jwks(key).keys
      let said = refusal(text, by: keys)
      #expect(said == "has claims that are no JSON object of unique members")
    }
  }

  @Test func theUnsecuredOneIsRefused() throws {
    let said = refusal("eyJhbGciOiJub25lIn0.\(Self.claims).", by: try jwks(Self.p256).keys)
    #expect(said == "has an alg that is not allowed")
  }
}
