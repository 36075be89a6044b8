/// A program of classic BPF for a socket, laid out as the kernel's `sock_fprog`. *Immutable*; its instructions live as
/// long as the process: `@unchecked Sendable`.
struct PacketFilter: @unchecked Sendable {
  /// As `sock_filter`.
  private struct Instruction {
    let code: UInt16
    let ifTrue: UInt8
    let ifFalse: UInt8
    let operand: UInt32
  }

  private let count: UInt16
  private let instructions: UnsafePointer<Instruction>

  private init(_ program: [Instruction]) {
    let memory = UnsafeMutableBufferPointer<Instruction>.allocate(capacity: program.count)
    _ = memory.initialize(from: program)
    count = UInt16(clamping: program.count)
    instructions = UnsafePointer(memory.baseAddress!)
  }

  /// For a TCP socket: drops segments that ask for a new connection (SYN without ACK, in the header's byte 13) and
  /// keeps all others.
  static let noNewOnes = PacketFilter([
    Instruction(code: loadByte, ifTrue: 0, ifFalse: 0, operand: 13),
    Instruction(code: and, ifTrue: 0, ifFalse: 0, operand: 0x12),
    Instruction(code: jumpIfEqual, ifTrue: 0, ifFalse: 1, operand: 0x02),
    Instruction(code: give, ifTrue: 0, ifFalse: 0, operand: 0),
    Instruction(code: give, ifTrue: 0, ifFalse: 0, operand: .max),
  ])

  // BPF_LD|B|ABS, BPF_ALU|AND|K, BPF_JMP|JEQ|K, BPF_RET|K.
  private static let loadByte: UInt16 = 0x30
  private static let and: UInt16 = 0x54
  private static let jumpIfEqual: UInt16 = 0x15
  private static let give: UInt16 = 0x06
}
