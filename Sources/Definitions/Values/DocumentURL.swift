import Messages
import Plans

/// The URL of a document that is fetched, taken apart strictly: what can't go into a request is refused, not guessed at.
/// A value.
package struct DocumentURL: Equatable, Sendable {
  /// `https://host:port`, lower case.
  package let origin: String
  /// `/path?query`, encoded.
  package let target: String

  package struct Fault: Error {
    package let message: String
  }

  /// `https://host[:port][/path][?query]`, or `http://…`.
  package init(_ text: String) throws(Fault) {
    let scheme = text.prefix { $0 != ":" }.lowercased()
    guard text.contains("://"), ["http", "https"].contains(scheme) else {
      throw Fault(message: "it begins with `https://` or `http://`")
    }
    guard !text.contains("#") else { throw Fault(message: "it has no fragment") }
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let authority = parts[0].split(separator: "/", omittingEmptySubsequences: false).dropFirst(2).first ?? ""
    guard !authority.contains("@") else { throw Fault(message: "it has no user or password") }
    do throws(URLParts.Fault) {
      let url = try URLParts(parts[0])
      origin = url.origin
      let path = url.basePath + (parts[0].hasSuffix("/") || url.basePath.isEmpty ? "/" : "")
      target = parts.count > 1 ? try Self.target("\(path)?\(parts[1])") : path
    } catch {
      throw Fault(message: error.message)
    }
  }

  private static func target(_ text: String) throws(URLParts.Fault) -> String {
    do throws(TemplateError) {
      return try RequestTemplate.constantTarget(text)
    } catch {
      throw URLParts.Fault(message: error.message)
    }
  }

  /// Nobody on the way can change what comes from there: by TLS, or since there is no way.
  package var isSafe: Bool { origin.hasPrefix("https:") || isLoopback }

  private var isLoopback: Bool {
    let authority = origin.split(separator: "/").last ?? ""
    let host = authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
    return host == "localhost" || IPAddress(host).map { $0.isLoopback } ?? false
  }
}

extension ValueType<DocumentURL> {
  /// Where something is fetched that others must not meddle with; warns where that is without TLS.
  /// - Parameter danger: what whoever is on the way can do.
  static func documentURL(
    _ example: String = "https://id.example.com/jwks.json", danger: String = "can give keys of their own"
  ) -> ValueType {
    setting(.scalar("URL", .setting(Pattern.documentURL)), expected: "a URL such as `\(example)`") { setting, loading in
      do throws(DocumentURL.Fault) {
        let url = try DocumentURL(setting.text)
        if !url.isSafe {
          loading.warn(
            setting.node, "\(setting.shown) is without TLS: whoever is on the way \(danger)",
            hint: "write `https://`")
        }
        return url
      } catch {
        loading.report(setting.node, "\(setting.shown) is not a URL to fetch from: \(error.message)")
        return nil
      }
    }
  }
}
