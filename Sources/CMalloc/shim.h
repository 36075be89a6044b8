#pragma once

// glibc's own calls about the heap, which Swift's Glibc module does not have.
#include <malloc.h>
