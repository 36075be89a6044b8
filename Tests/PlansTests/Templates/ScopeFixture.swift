import JSONText

@testable import Plans

/// A scope out of JSON text, its values slices of a document as they are at run time.
func scope(_ json: String) throws -> Scope {
  var root = JSONObject()
  for (key, value) in try JSONText(string: json).root.members { root.append(key.string ?? "", .slice(value)) }
  return Scope(root)
}
