import Glibc

/// Writes a line to standard error.
func printError(_ text: String) {
  fputs(text.hasSuffix("\n") ? text : text + "\n", stderr)
}
