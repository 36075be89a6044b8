#pragma once

// The decoder alone.
#include <brotli/decode.h>
