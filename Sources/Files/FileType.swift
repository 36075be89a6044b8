/// The media types of files, by their endings (the IANA registry). What is text says that it is UTF-8.
enum FileType {
  static let unknown = "application/octet-stream"

  /// - Parameter name: of a file, in any case.
  static func of(_ name: String) -> String {
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return unknown }
    return types[name[name.utf8.index(after: dot)...].lowercased()] ?? unknown
  }

  private static let types: [String: String] = [
    "html": "text/html; charset=utf-8", "htm": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "mjs": "text/javascript; charset=utf-8",
    "txt": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8", "ics": "text/calendar; charset=utf-8", "vcf": "text/vcard; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8", "yaml": "application/yaml; charset=utf-8",
    "yml": "application/yaml; charset=utf-8", "xml": "application/xml; charset=utf-8",
    "xhtml": "application/xhtml+xml; charset=utf-8", "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8", "svg": "image/svg+xml; charset=utf-8",
    // JSON is UTF-8 and has no parameter that says so (RFC 8259 §11).
    "json": "application/json", "map": "application/json", "geojson": "application/geo+json",
    "jsonld": "application/ld+json", "webmanifest": "application/manifest+json", "ndjson": "application/x-ndjson",
    "avif": "image/avif", "bmp": "image/bmp", "gif": "image/gif", "heic": "image/heic", "ico": "image/x-icon",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "jxl": "image/jxl", "png": "image/png", "tif": "image/tiff",
    "tiff": "image/tiff", "webp": "image/webp",
    "aac": "audio/aac", "flac": "audio/flac", "m4a": "audio/mp4", "mp3": "audio/mpeg", "oga": "audio/ogg",
    "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav", "weba": "audio/webm",
    "m4v": "video/mp4", "mov": "video/quicktime", "mp4": "video/mp4", "mpeg": "video/mpeg", "ogv": "video/ogg",
    "ts": "video/mp2t", "webm": "video/webm", "m3u8": "application/vnd.apple.mpegurl",
    "otf": "font/otf", "ttf": "font/ttf", "woff": "font/woff", "woff2": "font/woff2",
    "eot": "application/vnd.ms-fontobject",
    "7z": "application/x-7z-compressed", "bz2": "application/x-bzip2", "gz": "application/gzip",
    "tar": "application/x-tar", "xz": "application/x-xz", "zip": "application/zip", "zst": "application/zstd",
    "doc": "application/msword", "epub": "application/epub+zip", "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "rtf": "application/rtf",
    "glb": "model/gltf-binary", "gltf": "model/gltf+json", "wasm": "application/wasm",
  ]
}
