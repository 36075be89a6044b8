#pragma once

#include <zlib.h>

// A macro, which Swift does not see. 31: gzip only (RFC 1952), its checksum and length are verified; 15: zlib (RFC 1950).
static inline int weft_inflate_begin(z_stream *stream, int bits) { return inflateInit2(stream, bits); }
