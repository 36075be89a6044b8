import ArgumentParser
import Definitions

struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of definition files, for editors.",
    discussion: """
      One schema for BFF files and for gateway.yaml. It knows keys, values, units and the shapes of requests; what needs \
      the whole folder, such as references and cycles, is told by `check`.

        weft schema > weft.schema.json

      An editor that speaks to yaml-language-server then reads this first line of a file:

        # yaml-language-server: $schema=weft.schema.json
      """)

  func run() {
    print(SchemaDocument.text, terminator: "")
  }
}
