import Foundation
import JSONText
import TestInputs
import Testing

@testable import JMESPath

/// A shape that is told of an expression holds whatever it gives.
@Suite struct ShapeTests {
  /// Over all cases there are, each with the shape of its own document, and with that of any.
  @Test func everyResultHasTheShapeThatIsToldOfIt() throws {
    let own = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let folders = [own] + [Conformance.folder("jmespath")].compactMap(\.self)
    var compared = 0
    for file in try folders.flatMap(CaseFile.all) {
      for entry in file.cases {
        guard let expression = try? Expression.compile(entry.expression) else { continue }
        let value = try? expression.evaluate(.slice(entry.given))
        for root in [ValueShape(of: .slice(entry.given)), .any] {
          let shape = expression.shape(root, noting: ValueUse())
          compared += 1
          #expect(
            shape.allows(value ?? .null), "\(file.name): \(entry.expression) gave \(value ?? .null), not \(shape)")
        }
      }
    }
    #expect(compared > 200)
  }

  @Test(
    arguments: [
      ("a == 'x'", ValueShape.boolean), ("length(a)", ValueShape.integer.orNull), ("a + b", ValueShape.number.orNull),
      ("[a, 'x']", .array(of: .any)), ("{k: 'x'}", .object([.init("k", .string)])), ("!a", .boolean),
      ("a[*].{k: 'x'}", ValueShape.array(of: .object([.init("k", .string)])).orNull),
      ("a ? `1` : 'x'", ValueShape([.integer, .string])), ("`null` || 'x'", .string), ("a.b", .any),
    ] as [(String, ValueShape)])
  func whatIsMadeHasAShape(_ text: String, _ shape: ValueShape) throws {
    let expression = try Expression.compile(text)
    #expect(expression.shape(.any, noting: ValueUse()) == shape)
  }

  @Test func whatIsReadIsNotedWithWhatItIsTakenFor() throws {
    let use = ValueUse()
    for text in [
      "body.lines[].{sku: sku, n: quantity * `2`}", "lower(body.name)", "sum(body.prices)", "body.id",
      "query.lite == 'true'",
      "to_number(query.limit)",
    ] {
      _ = try Expression.compile(text).shape(.any, noting: use)
    }
    #expect(use.members.map(\.name) == ["body", "query"])
    let line = ValueShape.object(
      [.init("sku", .any, isRequired: false), .init("quantity", .number, isRequired: false)], others: .any)
    #expect(
      use[member: "body"].shape
        == .object(
          [
            .init("lines", .array(of: line), isRequired: false), .init("name", .string, isRequired: false),
            .init("prices", .array(of: .number), isRequired: false), .init("id", .any, isRequired: false),
          ], others: .any))
    #expect(use[member: "query"][member: "lite"].shape == .string)
    #expect(use[member: "query"][member: "limit"].shape == .number)
  }

  @Test func literalsAreTold() throws {
    #expect(try Expression.compile("a ? `200` : `404`").literals?.compactMap(\.numberText) == ["200", "404"])
    #expect(try Expression.compile("a || `404`").literals == nil)
  }
}

extension ValueShape {
  /// Whether a value is of it.
  fileprivate func allows(_ value: JSONValue) -> Bool {
    switch value.kind {
    case .null: return kinds.contains(.null)
    case .true, .false: return kinds.contains(.boolean)
    case .string: return kinds.contains(.string)
    case .number:
      let isWhole = value.numberText?.allSatisfy { $0 == "-" || $0.isNumber } == true
      return kinds.contains(.fraction) || kinds.contains(.integer) && (isWhole || isWholeInOtherWords(value))
    case .array:
      return kinds.contains(.array) && (value.elements ?? []).allSatisfy { elements.allows($0) }
    case .object:
      guard kinds.contains(.object) else { return false }
      let given = value.namedValues
      return given.allSatisfy { name, value in
        members.first { $0.name == name }?.shape.allows(value) ?? others?.allows(value) ?? false
      } && members.filter(\.isRequired).allSatisfy { member in given.contains { $0.name == member.name } }
    }
  }

  private func isWholeInOtherWords(_ value: JSONValue) -> Bool {
    value.numberText.flatMap(Double.init).map { $0 == $0.rounded() } ?? false
  }
}
