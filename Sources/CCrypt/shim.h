#pragma once

// Hashes of passwords by libxcrypt. Swift does not see the members of so large a structure, and need not.
#include <crypt.h>

static const int weft_crypt_size = sizeof(struct crypt_data);
