extension ValueType {
  /// A list; elements that are wrong are reported and left out.
  static func list<Element>(of type: ValueType<Element>, isEmptyAllowed: Bool = true) -> ValueType
  where Value == [Element] {
    ValueType(.list(type.shape, isEmptyAllowed: isEmptyAllowed)) { node, loading in
      guard let elements = node.elements else {
        let meant = loading.isHidden(node) ? "" : node.text ?? ""
        let hint = meant.isEmpty ? nil : "did you mean `[\(meant)]`?"
        loading.report(node, "expected a list, found \(loading.kind(of: node))", hint: hint)
        return nil
      }
      if elements.isEmpty, !isEmptyAllowed {
        loading.report(node, "expected a list with something in it, found an empty one")
        return nil
      }
      return elements.compactMap { type.read($0, loading) }
    }
  }

  /// A value, or a list of at least one.
  static func oneOrList<Element>(of type: ValueType<Element>) -> ValueType where Value == [Element] {
    let list = ValueType.list(of: type, isEmptyAllowed: false)
    return ValueType(.either(type.shape, list.shape)) { node, loading in
      node.elements == nil ? type.read(node, loading).map { [$0] } : list.read(node, loading)
    }
  }

  /// A list of which each element says something: one that is there already is warned of.
  static func distinct<Element: Hashable>(of type: ValueType<Element>, isEmptyAllowed: Bool = true) -> ValueType
  where Value == [Element] {
    let placed = ValueType<(element: Element, place: YAMLNode)>(type.shape) { node, loading in
      type.read(node, loading).map { ($0, node) }
    }
    let list = ValueType<[(element: Element, place: YAMLNode)]>.list(of: placed, isEmptyAllowed: isEmptyAllowed)
    return ValueType(list.shape) { node, loading in
      var seen: Set<Element> = []
      return list.read(node, loading)?.map { element, place in
        if !seen.insert(element).inserted { loading.warn(place, "this is given twice", hint: "remove one") }
        return element
      }
    }
  }

  /// A value, or `none`, which takes back what defaults say.
  static func orNone<Wrapped>(_ type: ValueType<Wrapped>) -> ValueType where Value == Wrapped? {
    ValueType(.either(type.shape, .choice(["none"]))) { node, loading in
      node.text == "none" ? .some(nil) : type.read(node, loading).map(Optional.some)
    }
  }

  /// A mapping of a table of its own.
  static func table<Keys: KeySet>(
    _ keys: Keys.Type, _ decode: @escaping (MappingReader<Keys>) -> Value?
  ) -> ValueType {
    ValueType(.table(keys)) { node, loading in
      MappingReader<Keys>(node, loading).flatMap(decode)
    }
  }
}

extension ValueType<[YAMLNode.Pair]> {
  /// A mapping whose keys the file chooses, undecoded.
  /// - Parameters:
  ///   - name: "call name".
  ///   - pattern: a regular expression of the keys, for editors; the decoder checks them later.
  static func entries(
    _ name: String, _ shape: Shape, pattern: String? = nil, isEmptyAllowed: Bool = true
  ) -> ValueType {
    ValueType(.entries(name: name, shape, pattern: pattern, isEmptyAllowed: isEmptyAllowed)) { node, loading in
      guard let pairs = node.pairs else {
        loading.report(node, "expected a mapping of \(name)s, found \(node.kind)")
        return nil
      }
      if pairs.isEmpty, !isEmptyAllowed {
        loading.report(node, "expected a mapping of \(name)s, found an empty one")
        return nil
      }
      return pairs
    }
  }
}

extension ValueType<YAMLNode> {
  /// Read later, where the names in scope are known.
  static func template() -> ValueType {
    ValueType(.template) { node, _ in node }
  }

  static func value() -> ValueType {
    ValueType(.value) { node, _ in node }
  }
}
