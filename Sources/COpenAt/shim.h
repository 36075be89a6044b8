#pragma once

// How files are opened below a folder that nothing may lead out of. `openat2` has no wrapper in glibc, and Swift can't
// call what takes a varying number of arguments.
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

// `O_PATH` has another name where a program does not ask for all that is GNU's.

// A FIFO or a device is not waited for, and no terminal becomes ours.
static const int weft_open_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// The folder itself; links on the way to it are followed.
static inline int weft_open_folder(const char *path) { return open(path, __O_PATH | O_DIRECTORY | O_CLOEXEC); }

// Links are followed as long as they stay below (Linux 5.6).
static inline int weft_open_beneath(int folder, const char *path) {
  struct open_how how = {.flags = weft_open_flags, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

// One name in a folder, which is no link.
static inline int weft_open_name(int folder, const char *name, int is_folder) {
  return openat(folder, name, O_NOFOLLOW | (is_folder ? __O_PATH | O_DIRECTORY | O_CLOEXEC : weft_open_flags));
}
