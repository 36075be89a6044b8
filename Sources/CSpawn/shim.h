#pragma once

// What a new process does not inherit. Swift does not see it, as spawn.h has it for programs alone that ask for all that is
// GNU's.
#include <spawn.h>

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
