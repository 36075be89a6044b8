import JSONText

extension ShapeAnalysis {
  /// The shape of what a function gives. Each of them may refuse its arguments.
  mutating func call(_ node: Node, _ current: Known) -> Known {
    let function = function(node)
    let arguments = run(node)
    var given: [Known] = []
    for (place, argument) in arguments.enumerated() where place != function.expressionPosition {
      given.append(known(argument, current))
    }
    noteFailure()
    note(function, given)
    let first = given.first ?? Known(.any)
    switch function {
    case .map, .groupBy, .maxBy, .minBy, .sortBy:
      return overElements(function, first, arguments[function.expressionPosition ?? 0])
    case .reverse, .sort: return Known(first.shape.only([.array, .string]), first.uses)
    case .notNull:
      let all = given.reduce(Known(.never)) { $0.union(Known($1.shape.withoutNull, $1.uses)) }
      return Known(all.shape.orNull, all.uses)
    case .toArray:
      let inside = first.shape.kinds.contains(.array) ? first.shape.elements : .never
      return Known(.array(of: first.shape.only(.all.subtracting(.array)).union(inside)))
    case .values: return Known(.array(of: first.shape.kinds.contains(.object) ? first.shape.values : .never))
    case .max, .min: return Known(first.shape.elements.only(.number.union(.string)).orNull)
    default: return Known(Self.shape(of: function))
    }
  }

  private mutating func overElements(_ function: Function, _ list: Known, _ expression: Int32) -> Known {
    let element = Known(list.shape.elements, list.uses.map(\.element))
    let made = each(expression, element)
    switch function {
    case .map: return Known(.array(of: made.shape))
    case .groupBy: return Known(.object([], others: .array(of: element.shape)))
    case .maxBy, .minBy: return Known(element.shape.orNull, element.uses)
    default: return Known(.array(of: element.shape), list.uses)
    }
  }

  /// What the arguments have to be.
  private func note(_ function: Function, _ given: [Known]) {
    switch function {
    case .abs, .ceil, .floor, .round: given.first?.note(.number)
    case .avg, .sum:
      given.first?.note(.array)
      for use in given.first?.uses ?? [] { use.element.note(.number) }
    case .toNumber: for use in given.first?.uses ?? [] { use.note(.number) }
    case .endsWith, .startsWith, .lower, .upper, .padLeft, .padRight, .replace, .split, .trim, .trimLeft, .trimRight,
      .like, .matches, .findFirst, .findLast:
      given.first?.note(.string)
    case .map, .groupBy, .maxBy, .minBy, .sortBy, .sort, .max, .min, .fromItems: given.first?.note(.array)
    case .join: given.last?.note(.array)
    case .zip: for list in given { list.note(.array) }
    case .items, .keys, .values: given.first?.note(.object)
    case .merge: for object in given { object.note(.object) }
    case .contains, .length, .notNull, .reverse, .toArray, .toString, .type: break
    }
  }

  private static func shape(of function: Function) -> ValueShape {
    switch function {
    case .abs, .round, .sum: .number
    case .avg, .toNumber: ValueShape.number.orNull
    case .ceil, .floor, .length: .integer
    case .findFirst, .findLast: ValueShape.integer.orNull
    case .contains, .endsWith, .startsWith, .like, .matches: .boolean
    case .join, .lower, .upper, .padLeft, .padRight, .replace, .toString, .trim, .trimLeft, .trimRight, .type: .string
    case .keys, .split: .array(of: .string)
    case .items, .zip: .array(of: .array(of: .any))
    case .fromItems, .merge: .object([], others: .any)
    case .groupBy, .map, .max, .maxBy, .min, .minBy, .notNull, .reverse, .sort, .sortBy, .toArray, .values: .any
    }
  }
}
