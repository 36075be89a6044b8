/// The words that the shop's records are made of.
enum Vocabulary {
  struct Kind: Sendable {
    let noun: String
    let category: String
  }

  static let categories = ["lighting", "kitchen", "desk", "garden", "travel", "audio"]

  static let kinds = [
    Kind(noun: "Desk Lamp", category: "lighting"), Kind(noun: "Lantern", category: "lighting"),
    Kind(noun: "Wall Light", category: "lighting"), Kind(noun: "Teapot", category: "kitchen"),
    Kind(noun: "Chopping Board", category: "kitchen"), Kind(noun: "Bread Bin", category: "kitchen"),
    Kind(noun: "Notebook", category: "desk"), Kind(noun: "Pen Holder", category: "desk"),
    Kind(noun: "Letter Tray", category: "desk"), Kind(noun: "Watering Can", category: "garden"),
    Kind(noun: "Planter", category: "garden"), Kind(noun: "Trowel", category: "garden"),
    Kind(noun: "Weekend Bag", category: "travel"), Kind(noun: "Passport Case", category: "travel"),
    Kind(noun: "Water Bottle", category: "travel"), Kind(noun: "Headphone Stand", category: "audio"),
    Kind(noun: "Bookshelf Speaker", category: "audio"), Kind(noun: "Record Crate", category: "audio"),
  ]

  static let materials = [
    "Oak", "Walnut", "Linen", "Copper", "Brass", "Ceramic", "Leather", "Wool", "Steel", "Bamboo", "Cork", "Enamel",
  ]

  static let colours = ["natural", "black", "white", "forest green", "rust", "crème", "midnight blue"]

  static let praises = ["A sturdy", "A light", "A handsome", "An everyday", "A repairable", "A quietly good"]

  static let givenNames = [
    "Amina", "Bruno", "Chiara", "Dmitri", "Elin", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Katya", "Liam",
    "Noor", "Oskar", "Priya", "Rosa", "Søren", "Tomás", "Ute", "Wen",
  ]

  static let familyNames = [
    "Abara", "Bianchi", "Castro", "Dahl", "Eriksen", "Fischer", "García", "Haddad", "Ito", "Jansen", "Kowalska",
    "Lindqvist", "Moreau", "Novák", "Owusu", "Petrov", "Rossi", "Silva", "Tanaka", "Weber",
  ]

  static let countries = ["DE", "ES", "FR", "IT", "NL", "PL", "SE"]

  static let tiers = ["basic", "silver", "gold"]

  static let verdicts = [
    (title: "Sent it back", text: "Arrived bent, and the box was fine."),
    (title: "Not for me", text: "It looks better in the photograph."),
    (title: "Does its job", text: "Nothing special, nothing wrong."),
    (title: "Good value", text: "Would buy again; très solide."),
    (title: "Delighted", text: "Even better than I had hoped 😀"),
  ]

  static let reasons = ["bought together", "popular near you", "you looked at this", "back in stock"]

  static let notices = [
    "Your parcel is on its way.", "Something in your cart is on sale.", "Please rate your last order.",
    "A gift card waits for you.", "Your return was received.",
  ]

  static let warehouses = ["Rotterdam", "Leipzig", "Lyon"]
}
