import ArgumentParser
import Foundation
import JMESPath
import JSONText

struct Eval: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate an expression over JSON from standard input.",
    discussion: """
      The expression is what stands between `${` and `}` in a definition. The input is what it sees as `@` and `$`.

        echo '{"items":[{"id":1,"total":129.99},{"id":2,"total":0.01}]}' | weft eval 'sum(items[].total)'
        130

      Exit status: 0 with the result on standard output, 1 where the expression, the input or the evaluation is wrong.
      """)

  @Argument(help: "The expression.")
  var expression: String

  func run() throws {
    let program: JMESPath.Expression
    do throws(SyntaxError) {
      program = try JMESPath.Expression.compile(expression)
    } catch {
      let hint = expression.hasPrefix("${") ? "\nwrite it without `${ }`, which is for definitions" : ""
      return try fail("expression: \(error.message)\n\(error.caret(in: expression))\(hint)")
    }
    let input: JSONText
    do {
      input = try JSONText([UInt8](FileHandle.standardInput.readDataToEndOfFile()))
    } catch {
      return try fail("standard input is not JSON: \(error)")
    }
    do {
      var writer = JSONWriter()
      writer.write(try program.evaluate(.slice(input.root)))
      FileHandle.standardOutput.write(Data(writer.bytes + [0x0A]))
    } catch {
      try fail("evaluation: \(error.message)\n\(error.caret(in: expression))")
    }
  }

  private func fail(_ message: String) throws {
    printError(message)
    throw ExitCode(1)
  }
}
