#pragma once

#include <zlib.h>

// A macro, which Swift does not see. gzip only (RFC 1952): its checksum and length are verified.
static inline int weft_gzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
