#pragma once

// What a reactor takes from Linux and Swift's Glibc module does not have.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

// Swift sees the EPOLL* and EFD_* constants as enum values of different types; here they are what the calls take.
static const unsigned int weft_epoll_in = EPOLLIN;
static const unsigned int weft_epoll_out = EPOLLOUT;
static const unsigned int weft_epoll_error = EPOLLERR;
static const unsigned int weft_epoll_hangup = EPOLLHUP;
static const unsigned int weft_epoll_edge = EPOLLET;
static const int weft_epoll_close_on_exec = EPOLL_CLOEXEC;
static const int weft_eventfd_flags = EFD_NONBLOCK | EFD_CLOEXEC;

// Of the calling thread; cut to 15 bytes.
static inline void weft_name_thread(const char *name) {
  prctl(PR_SET_NAME, name, 0, 0, 0);
}
