/// Why a fault's description was refused; says what is allowed.
struct FaultError: Error {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
