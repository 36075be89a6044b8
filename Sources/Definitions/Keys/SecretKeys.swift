/// A secret in a file.
struct SecretKeys: KeySet {
  static let title = "Secret"
  static let noun = "a secret"
  static let introduction = """
    Where a header's value may stand, a secret may be read from a file when the definitions are loaded. It is never \
    printed. Secrets of the environment are written `${env.NAME}`.
    """

  let file = Key<String>(
    "file", .file(), required: true,
    "Its content, without a line break at the end. At most 64 KiB.", example: "/run/secrets/token")
}
