#pragma once

// Only the parser (redisReader*) and the formatter (redisFormatCommandArgv) of hiredis are used. Neither touches a
// socket; the bytes travel on NIO channels. Written for hiredis 0.14 (Debian 12); the same calls exist in 1.x.

#include <hiredis/hiredis.h>
#include <hiredis/read.h>
