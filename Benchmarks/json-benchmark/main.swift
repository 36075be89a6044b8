import Foundation
import JMESPath
import JSONText

// Figures for one core. Run it alone: `swift run -c release json-benchmark [scan] [evaluate] [write]`.

let wanted = Set(CommandLine.arguments.dropFirst())
func runs(_ part: String) -> Bool { wanted.isEmpty || wanted.contains(part) }

let small = SampleDocument.orders(count: 5)
let large = SampleDocument.orders(count: 520)

for (name, bytes) in [("small", small), ("large", large)] where runs("scan") {
  let scan = Measurement.best(bytes: bytes.count) { _ = try? JSONText(bytes) }
  let data = Data(bytes)
  let foundation = Measurement.best(bytes: bytes.count) { _ = try? JSONSerialization.jsonObject(with: data) }
  print(
    "\(name) document, \(bytes.count) bytes: JSONText \(scan.microseconds) µs, \(scan.gigabytesPerSecond) GB/s;",
    "JSONSerialization \(foundation.microseconds) µs; ratio \(Measurement.text(foundation.seconds / scan.seconds))")
}

let document = JSONValue.slice(try JSONText(small).root)
var scope = JSONObject()
scope.append("path", ["userId": "42"])
scope.append("orders", document)
let root = JSONValue.object(scope)

let expressions = [
  "orders.items[].{id: id, total: total}", "orders.items[*].id", "orders.items[?total > `100`].id",
  "orders.items[0].customer.name", "path.userId", "sum(orders.items[].total)",
  "round(orders.items[0].total * `1.19`, `2`)", "orders.items[].lines[].sku | sort(@) | join(',', @)",
  "orders.total || `0`", "orders",
]
for source in expressions where runs("evaluate") {
  let expression = try Expression.compile(source)
  let result = Measurement.best(bytes: 0) { _ = try? expression.evaluate(root) }
  print("evaluate \(result.microseconds) µs  \(source)")
}

let projected = try Expression.compile("orders.items[].{id: id, total: total, customer: customer}").evaluate(root)
let text = JSONValue.string(String(repeating: "plain text with a \"quote\" now and then, ", count: 100))
for (name, value) in [("slices", projected), ("string of 4 KB", text), ("whole document", document)] where runs("write")
{
  var writer = JSONWriter(capacity: 1 << 16)
  let size = value.jsonText.utf8.count
  let result = Measurement.best(bytes: size) {
    writer.removeAll()
    writer.write(value)
  }
  print("write \(name), \(size) bytes: \(result.microseconds) µs, \(result.gigabytesPerSecond) GB/s")
}
