#pragma once

#include <zlib.h>

// A macro, which Swift does not see. 31: gzip only (RFC 1952), its checksum and length are verified; 15: zlib (RFC 1950).
static inline int weft_inflate_begin(z_stream *stream, int bits) { return inflateInit2(stream, bits); }

// gzip at a level, with zlib's usual memory: 256 KiB.
static inline int weft_deflate_begin(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
