import Foundation
import TestSockets

/// A headless Chromium with one page, driven over its DevTools protocol, which is JSON over a WebSocket (RFC 6455). Confined
/// to one thread.
final class Browser {
  static let path = "/usr/bin/chromium"
  static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

  private let child: ChildProcess
  private let folder: TemporaryFolder
  private let stream: TCPStream
  private var count = 0
  private var session: String?
  /// What the page did wrong: exceptions, and what the browser refused it.
  private(set) var faults: [String] = []

  init() throws {
    folder = try TemporaryFolder(files: [:])
    child = try ChildProcess(
      Self.path,
      [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--remote-debugging-port=0", "--user-data-dir=\(folder.path)", "about:blank",
      ])
    let found = child.errors.wait { text -> (port: UInt16, path: String)? in
      guard let match = text.firstMatch(of: #/DevTools listening on ws://127\.0\.0\.1:(\d+)(\/\S+)/#) else {
        return nil
      }
      return UInt16(match.1).map { ($0, String(match.2)) }
    }
    guard let found else {
      child.kill()
      throw ChildProcess.Failure(what: "chromium did not say where it listens", child: child)
    }
    stream = try TCPStream.connect(port: found.port)
    try stream.write(
      "GET \(found.path) HTTP/1.1\r\nHost: 127.0.0.1:\(found.port)\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    _ = try stream.read(through: Array("\r\n\r\n".utf8))
    let target = try call("Target.createTarget", #"{"url":"about:blank"}"#)["targetId"]?.string ?? ""
    let attached = try call("Target.attachToTarget", #"{"targetId":"\#(target)","flatten":true}"#)
    session = attached["sessionId"]?.string
    for domain in ["Page", "Runtime", "Log"] { _ = try call("\(domain).enable") }
  }

  deinit { child.kill() }

  // MARK: What a person does

  func open(_ url: String) throws {
    _ = try call("Page.navigate", #"{"url":\#(Self.quoted(url))}"#)
    // What is asked while the page before goes is not answered.
    let deadline = Patience.deadline
    let isThere = "location.href === \(Self.quoted(url)) && document.readyState === 'complete'"
    while (try? evaluate(isThere)) != .bool(true) {
      guard deadline.timeIntervalSinceNow > 0 else {
        throw ChildProcess.Failure(what: "\(url) was never there", child: child)
      }
    }
  }

  func resize(width: Int, height: Int = 900) throws {
    _ = try call(
      "Emulation.setDeviceMetricsOverride",
      #"{"width":\#(width),"height":\#(height),"deviceScaleFactor":1,"mobile":false}"#)
  }

  /// Clicks in the middle of the first element that fits (of its first line), once there is one.
  func click(_ selector: String) throws {
    let place = try wait(
      """
      (() => {
        const found = document.querySelector(\(Self.quoted(selector)))
        if (!found) return null
        found.scrollIntoView({ block: 'center', behavior: 'instant' })
        const box = found.getClientRects()[0]
        return box && box.width ? [box.x + box.width / 2, box.y + box.height / 2] : null
      })()
      """)
    for kind in ["mousePressed", "mouseReleased"] {
      _ = try call(
        "Input.dispatchMouseEvent",
        #"{"type":"\#(kind)","x":\#(place[0]?.number ?? 0),"y":\#(place[1]?.number ?? 0),"button":"left","clickCount":1}"#
      )
    }
  }

  func press(_ key: String, code: Int) throws {
    for kind in ["keyDown", "keyUp"] {
      let text = key == "Enter" && kind == "keyDown" ? #","text":"\r""# : ""
      _ = try call(
        "Input.dispatchKeyEvent", #"{"type":"\#(kind)","key":"\#(key)","windowsVirtualKeyCode":\#(code)\#(text)}"#)
    }
  }

  func type(_ text: String) throws { _ = try call("Input.insertText", #"{"text":\#(Self.quoted(text))}"#) }

  // MARK: What the page says

  func evaluate(_ script: String) throws -> JSONTree {
    let answer = try call(
      "Runtime.evaluate",
      #"{"expression":\#(Self.quoted(script)),"awaitPromise":true,"returnByValue":true}"#)
    if let fault = answer["exceptionDetails"] {
      throw ChildProcess.Failure(what: "the page could not say \(script): \(fault)", child: child)
    }
    return answer["result"]?["value"] ?? .null
  }

  /// The first value of an expression that is not false or null; gives up with the harness's patience.
  @discardableResult
  func wait(_ script: String) throws -> JSONTree {
    let found = try evaluate(
      """
      new Promise((resolve) => {
        const end = Date.now() + \(Int(Patience.seconds / 2) * 1000)
        const look = () => {
          const value = \(script)
          if (value || Date.now() > end) resolve(value || null)
          else setTimeout(look, 30)
        }
        look()
      })
      """)
    if found == .null {
      let text = try evaluate("document.body.innerText").string ?? ""
      throw ChildProcess.Failure(what: "the page never said \(script), but:\n\(text)", child: child)
    }
    return found
  }

  /// Waits until the text of the page has it.
  func waitForText(_ text: String) throws { try wait("document.body.innerText.includes(\(Self.quoted(text)))") }

  // MARK: The protocol

  static func quoted(_ text: String) -> String {
    let data = try? JSONEncoder().encode(text)
    return String(decoding: data ?? Data("\"\"".utf8), as: UTF8.self)
  }

  private func call(_ method: String, _ parameters: String = "{}") throws -> JSONTree {
    count += 1
    let session = session.map { #","sessionId":"\#($0)""# } ?? ""
    try send(#"{"id":\#(count),"method":"\#(method)","params":\#(parameters)\#(session)}"#)
    while true {
      let message = try JSONTree(parsing: receive())
      if message["id"]?.number == Double(count) {
        if let error = message["error"] { throw ChildProcess.Failure(what: "\(method): \(error)", child: child) }
        return message["result"] ?? .null
      }
      note(message)
    }
  }

  private func note(_ event: JSONTree) {
    switch event["method"]?.string {
    case "Runtime.exceptionThrown": faults.append("\(event["params"] ?? .null)")
    case "Log.entryAdded" where event["params"]?["entry"]?["level"]?.string == "error":
      let entry = event["params"]?["entry"]
      faults.append("\(entry?["text"]?.string ?? "") \(entry?["url"]?.string ?? "")")
    default: break
    }
  }

  /// One text frame, masked with zeros, which leave it as it is.
  private func send(_ text: String) throws {
    let bytes = Array(text.utf8)
    var frame: [UInt8] = [0x81]
    if bytes.count < 126 {
      frame.append(0x80 | UInt8(bytes.count))
    } else {
      frame.append(0x80 | 127)
      frame += (0..<8).reversed().map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
    }
    try stream.write(frame + [0, 0, 0, 0] + bytes)
  }

  /// The next message, whole.
  private func receive() throws -> [UInt8] {
    var message: [UInt8] = []
    while true {
      let head = try bytes(2)
      var length = Int(head[1] & 0x7F)
      if length >= 126 { length = try bytes(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
      let piece = try bytes(length)
      // Pings need no answer within the time of a test.
      if head[0] & 0x0F > 2 { continue }
      message += piece
      if head[0] & 0x80 != 0 { return message }
    }
  }

  private func bytes(_ count: Int) throws -> [UInt8] {
    let bytes = try stream.read(count: count)
    guard bytes.count == count else { throw ChildProcess.Failure(what: "chromium has gone", child: child) }
    return bytes
  }
}
