#pragma once

// glibc's own calls about the heap, which Swift's Glibc module does not have.
#include <malloc.h>
#include <stdlib.h>

// Frees a block that is large enough for glibc to look at the top of the calling thread's heap (`_int_free`: 64 KiB).
static inline void weft_trim_top(void) {
  void *volatile block = malloc(256 * 1024);
  free(block);
}
