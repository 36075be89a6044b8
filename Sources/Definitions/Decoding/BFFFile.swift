import Plans

/// What a BFF file says of all its routes.
struct BFFFile {
  let name: String
  let prefix: [PathPattern.Segment]
  let hosts: [String]
  let defaults: YAMLNode?
}
