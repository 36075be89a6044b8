/// The work of a route that answers with files of a folder. A value.
package struct FilesPlan: Sendable {
  /// The folder, from the root or from where the process runs.
  package var folder: String
  /// As it stands in the definition.
  package var source: String
  /// The file of a folder that is asked for.
  package var index = "index.html"
  /// Pages that are no file are the folder's index.
  package var isSinglePage = false
  /// The value of `Cache-Control`; `nil`: none is sent.
  package var cacheControl: String?
  /// Files may have compressed ones beside them.
  package var isPrecompressed = false

  package init(folder: String, source: String) {
    self.folder = folder
    self.source = source
  }
}
