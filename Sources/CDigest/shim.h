#pragma once

// SHA-256 by OpenSSL. The low-level functions work on a context that the caller owns, so a digest allocates nothing
// and fetches no provider; that is worth a microsecond on each call over EVP. OpenSSL 3 marks them as deprecated, but
// they are part of its ABI and of that of 1.1.

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/sha.h>
