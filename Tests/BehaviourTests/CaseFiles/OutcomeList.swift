/// The header `Weft-Outcome`: an RFC 8941 list of tokens with parameters. Equal in the order of members, not of
/// parameters; `dur=*` equals every duration.
struct OutcomeList: Equatable {
  struct Member: Equatable {
    var name: String
    var parameters: [String: String]
  }

  var members: [Member]

  init(_ text: String) {
    members = text.split(separator: ",").map { member in
      let parts = member.split(separator: ";").map { $0.trimmingPrefix(/\s+/) }
      let pairs = parts.dropFirst().map { part -> (String, String) in
        let pair = part.split(separator: "=", maxSplits: 1)
        return (String(pair[0]), pair.count > 1 ? String(pair[1]) : "")
      }
      var parameters = Dictionary(pairs) { $1 }
      if let duration = parameters["dur"], duration.allSatisfy(\.isNumber) { parameters["dur"] = "*" }
      return Member(name: String(parts.first ?? ""), parameters: parameters)
    }
  }
}
