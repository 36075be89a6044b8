// The floor under a composite: a bare libcurl multi handle on epoll makes N transfers per "request", C requests at
// once, and does nothing else with them. Prints CPU microseconds (user + system, this process) per request.
//   floor URLS_PER_REQUEST CONCURRENCY SECONDS LINES URL...
// LINES are header lines, joined by CR LF, that every request sends besides libcurl's own; may be empty.
// Deregistration is lazy, as in the gateway: a finished transfer's socket stays in the epoll set while libcurl keeps
// the connection, so a reused connection costs no epoll_ctl.
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FD = 65536, EVENTS = 256 };
typedef struct { int left; int index; } Request;
typedef struct { CURL *easy; Request *request; size_t bytes; } Transfer;

static int ep, per_request, url_count;
static char **urls;
static CURLM *multi;
static struct curl_slist *lines;
static long timer_ms = -1;
static unsigned char interest[MAX_FD]; // epoll events that the kernel knows for a descriptor
static unsigned long finished, failed;
static double stop_at;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *socket_user) {
  (void)easy; (void)user; (void)socket_user;
  if (fd >= MAX_FD) abort();
  if (what == CURL_POLL_REMOVE) return 0;
  unsigned want = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
  if (interest[fd] == want) return 0;
  struct epoll_event event = {.events = want, .data.fd = fd};
  if (epoll_ctl(ep, interest[fd] ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0)
    epoll_ctl(ep, interest[fd] ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  interest[fd] = want;
  return 0;
}

static int on_close(void *user, curl_socket_t fd) {
  (void)user;
  if (fd < MAX_FD) interest[fd] = 0;
  return close(fd);
}

static int on_timer(CURLM *m, long ms, void *user) {
  (void)m; (void)user;
  timer_ms = ms;
  return 0;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
  (void)data;
  ((Transfer *)user)->bytes += size * count;
  return size * count;
}

static void start(Request *request, Transfer *transfers) {
  request->left = per_request;
  for (int i = 0; i < per_request; i++) {
    Transfer *t = &transfers[request->index * per_request + i];
    if (!t->easy) {
      t->easy = curl_easy_init();
      t->request = request;
      curl_easy_setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
      curl_easy_setopt(t->easy, CURLOPT_TCP_NODELAY, 1L);
      curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
      curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
      curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
      curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
      curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, on_close);
      if (lines) curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, lines);
    }
    curl_easy_setopt(t->easy, CURLOPT_URL, urls[i % url_count]);
    curl_multi_add_handle(multi, t->easy);
  }
}

static void drain(Transfer *transfers) {
  int left;
  CURLMsg *message;
  while ((message = curl_multi_info_read(multi, &left))) {
    Transfer *t;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
    if (message->data.result != CURLE_OK) failed++;
    curl_multi_remove_handle(multi, t->easy);
    if (--t->request->left == 0) {
      finished++;
      if (now() < stop_at) start(t->request, transfers);
    }
  }
}

int main(int argc, char **argv) {
  if (argc < 6) return fprintf(stderr, "floor URLS_PER_REQUEST CONCURRENCY SECONDS LINES URL...\n"), 2;
  per_request = atoi(argv[1]);
  int concurrency = atoi(argv[2]), running = 0;
  stop_at = now() + atof(argv[3]);
  urls = argv + 5;
  url_count = argc - 5;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  if (*argv[4]) lines = curl_slist_append(NULL, argv[4]);
  ep = epoll_create1(0);
  multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 1024L);
  Transfer *transfers = calloc((size_t)concurrency * per_request, sizeof *transfers);
  Request *requests = calloc(concurrency, sizeof *requests);
  double began = now();
  for (int i = 0; i < concurrency; i++) {
    requests[i].index = i;
    start(&requests[i], transfers);
  }
  struct epoll_event events[EVENTS];
  do {
    int n = epoll_wait(ep, events, EVENTS, timer_ms < 0 ? 1000 : (int)timer_ms);
    if (n == 0 || timer_ms == 0) {
      timer_ms = -1;
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (int i = 0; i < n; i++) {
      int what = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
        | (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
      curl_multi_socket_action(multi, events[i].data.fd, what, &running);
    }
    drain(transfers);
  } while (running > 0 || now() < stop_at);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
  printf("{\"requests\": %lu, \"failed\": %lu, \"cpu_us\": %.2f, \"per_second\": %.0f}\n", finished, failed,
         cpu * 1e6 / finished, finished / (now() - began));
  return 0;
}
