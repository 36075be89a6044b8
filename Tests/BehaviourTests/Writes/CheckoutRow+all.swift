extension CheckoutRow {
  static let sections: [(heading: String, rows: [CheckoutRow])] = [
    ("Before the first write", before), ("At a write", during), ("Undoing", undoing), ("Clients", clients),
    ("The process", process),
  ]

  private static let bothUndone = [("reservation", "done"), ("payment", "done")]
  private static let allUndone = bothUndone + [("order", "done")]
  private static let failure = "info call failed call="
  private static let behind = "writes ended behind the answer"

  private static let before = [
    CheckoutRow(
      name: "the client may not buy", client: .unknown, status: 401, logged: [failure + "me"],
      told: "`call failed call=me`"),
    CheckoutRow(
      name: "a required read fails", faults: [("products", #"{"mode":"fail"}"#)], status: 502,
      logged: [failure + "products"], told: "`call failed call=products`"),
  ]

  private static let during = [
    CheckoutRow(
      name: "the stock is refused (409)", faults: [("inventory", #"{"mode":"fail","status":409,"on":"writes"}"#)],
      status: 409, logged: [failure + "reservation"], told: "`call failed`"),
    CheckoutRow(
      name: "the payment is declined (402)", faults: [("payments", #"{"mode":"fail","status":402,"on":"writes"}"#)],
      status: 402, compensated: [("reservation", "done")], logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "payments fail before the work (500)",
      faults: [("payments", #"{"mode":"fail","status":500,"on":"writes"}"#)], status: 502, compensated: bothUndone,
      logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "payments fail after the work (500)",
      faults: [("payments", #"{"mode":"fail","status":500,"after":true,"on":"writes"}"#)], status: 502,
      compensated: bothUndone, logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "the response of a payment is lost once: it is asked for again with its key",
      faults: [("payments", #"{"mode":"reset","after":true,"on":"writes","times":1}"#)], status: 201, stands: writes),
    CheckoutRow(
      name: "the response of a payment is no JSON",
      faults: [("payments", #"{"mode":"garbage","after":true,"on":"writes"}"#)], status: 502, compensated: bothUndone,
      logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "payments take the request and never do it", faults: [("payments", #"{"mode":"hang","on":"writes"}"#)],
      times: ["3s": "300ms"], status: 504, compensated: bothUndone, logged: [failure + "payment"],
      told: "`call failed`"),
    CheckoutRow(
      name: "payments do it and never answer",
      faults: [("payments", #"{"mode":"hang","after":true,"on":"writes"}"#)], times: ["3s": "300ms"], status: 504,
      compensated: bothUndone, logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "payments come to it after they were told to undo it",
      faults: [("payments", #"{"mode":"slow","ms":1500,"on":"writes"}"#)], times: ["3s": "300ms"], status: 504,
      compensated: bothUndone, logged: [failure + "payment"], told: "`call failed`"),
    CheckoutRow(
      name: "orders are down (503)", faults: [("orders", #"{"mode":"fail","on":"writes"}"#)], status: 502,
      compensated: bothUndone, logged: [failure + "order"], told: "`call failed`"),
    CheckoutRow(
      name: "the order is placed, and its response lost",
      faults: [("orders", #"{"mode":"reset","after":true,"on":"writes"}"#)], status: 502, compensated: allUndone,
      logged: [failure + "order"], told: "`call failed`"),
  ]

  private static let undoing = [
    CheckoutRow(
      name: "orders are down, and one refund fails; the next attempt does it",
      faults: [
        ("orders", #"{"mode":"fail","on":"writes"}"#), ("payments", #"{"mode":"fail","on":"undoing","times":1}"#),
      ], status: 502, compensated: bothUndone, logged: [failure + "order"], told: "`call failed`"),
    CheckoutRow(
      name: "orders are down, and a refund is done and its response lost",
      faults: [
        ("orders", #"{"mode":"fail","on":"writes"}"#),
        ("payments", #"{"mode":"reset","after":true,"on":"undoing","times":1}"#),
      ], status: 502, compensated: bothUndone, logged: [failure + "order"], told: "`call failed`"),
    CheckoutRow(
      name: "orders are down, and so are refunds",
      faults: [("orders", #"{"mode":"fail","on":"writes"}"#), ("payments", #"{"mode":"fail","on":"undoing"}"#)],
      status: 502, compensated: [("reservation", "done"), ("payment", "failed")], stands: ["payment"],
      logged: [failure + "order", "error compensation failed backend=payments call=payment"],
      told: "**error** `compensation failed call=payment`"),
    CheckoutRow(
      name: "orders are down, and refunds slower than the route's `timeout`",
      faults: [
        ("orders", #"{"mode":"fail","on":"writes"}"#), ("payments", #"{"mode":"slow","ms":1500,"on":"undoing"}"#),
      ], times: ["5s": "1s"], status: 502, compensated: [("reservation", "pending"), ("payment", "pending")],
      logged: [failure + "order", behind], told: "`writes ended behind the answer`"),
  ]

  private static let clients = [
    CheckoutRow(
      name: "the client leaves before the first write",
      faults: [("users", #"{"mode":"slow","ms":300}"#)], client: .leaves, logged: ["end=client-left"],
      told: "`end=client-left`"),
    CheckoutRow(
      name: "the client leaves while it is paid", faults: [("payments", #"{"mode":"slow","ms":300}"#)],
      client: .leaves, stands: writes, logged: [behind, "end=client-left", "order;outcome=ok"],
      told: "`end=client-left`, and all calls"),
    CheckoutRow(
      name: "the client leaves while it is paid, and orders are down",
      faults: [
        ("payments", #"{"mode":"slow","ms":300,"on":"writes"}"#), ("orders", #"{"mode":"fail","on":"writes"}"#),
      ],
      client: .leaves, logged: [behind, "end=client-left", "order;outcome=status;status=503", "compensated=done"],
      told: "`end=client-left`, and all calls"),
    CheckoutRow(
      name: "the client repeats itself", client: .repeats, status: 200, stands: writes),
    CheckoutRow(
      name: "`timeout` passes while it is paid", faults: [("payments", #"{"mode":"slow","ms":1500,"on":"writes"}"#)],
      times: ["5s": "1s"], status: 504, compensated: [("reservation", "pending"), ("payment", "pending")],
      logged: [behind], told: "`writes ended behind the answer`"),
  ]

  private static let process = [
    CheckoutRow(
      name: "a reload while it is paid", faults: [("payments", #"{"mode":"slow","ms":300}"#)], action: .reloads,
      status: 201, stands: writes),
    CheckoutRow(
      name: "SIGTERM while it is paid", faults: [("payments", #"{"mode":"slow","ms":300}"#)],
      action: .stops(drain: "60s"), status: 201, stands: writes, told: "exit status 0"),
    CheckoutRow(
      name: "SIGTERM, and payments never answer within `shutdown.drain`",
      faults: [("payments", #"{"mode":"hang","after":true}"#)], action: .stops(drain: "200ms"),
      stands: ["reservation", "payment"],
      logged: [
        "error write in doubt call=payment", "error compensation failed backend=inventory call=reservation",
        "error compensation failed backend=payments call=payment",
      ], told: "**error** `write in doubt call=payment`, `compensation failed` of both; exit status 1"),
    CheckoutRow(
      name: "SIGKILL, or the machine ends, while it is paid",
      faults: [("payments", #"{"mode":"hang","after":true}"#)], action: .kills, stands: ["reservation", "payment"],
      told: "**nothing**"),
  ]
}
