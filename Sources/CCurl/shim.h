#pragma once

// Swift cannot call variadic functions. Each wrapper below passes one class of value and asserts that the option is of
// that class, because libcurl reads the argument by the option's number and would take the wrong bytes silently.

#include <assert.h>
#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#define WEFT_OPTION_CLASS(option) ((option) / 10000 * 10000)

static inline CURLcode weft_set_long(CURL *easy, CURLoption option, long value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_LONG);
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode weft_set_size(CURL *easy, CURLoption option, curl_off_t value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_OFF_T);
  return curl_easy_setopt(easy, option, value);
}

// Copied by libcurl, except for CURLOPT_POSTFIELDS.
static inline CURLcode weft_set_string(CURL *easy, CURLoption option, const char *value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_OBJECTPOINT);
  return curl_easy_setopt(easy, option, value);
}

// Kept by libcurl, not copied.
static inline CURLcode weft_set_pointer(CURL *easy, CURLoption option, const void *value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_OBJECTPOINT);
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode weft_set_list(CURL *easy, CURLoption option, const struct curl_slist *value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_OBJECTPOINT);
  return curl_easy_setopt(easy, option, value);
}

typedef size_t (*weft_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode weft_set_data_callback(CURL *easy, CURLoption option, weft_data_callback callback) {
  assert(option == CURLOPT_WRITEFUNCTION || option == CURLOPT_HEADERFUNCTION || option == CURLOPT_READFUNCTION);
  return curl_easy_setopt(easy, option, callback);
}

typedef int (*weft_log_callback)(CURL *easy, curl_infotype kind, char *text, size_t size, void *context);

static inline CURLcode weft_set_log_callback(CURL *easy, weft_log_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, callback);
}

typedef int (*weft_request_callback)(void *context, char *remote, char *local, int remotePort, int localPort);

static inline CURLcode weft_set_request_callback(CURL *easy, weft_request_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}

typedef int (*weft_progress_callback)(
    void *context, curl_off_t toReceive, curl_off_t received, curl_off_t toSend, curl_off_t sent);

static inline CURLcode weft_set_progress_callback(CURL *easy, weft_progress_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callback);
}

typedef curl_socket_t (*weft_open_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode weft_set_open_callback(CURL *easy, weft_open_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, callback);
}

typedef int (*weft_close_callback)(void *context, curl_socket_t socket);

static inline CURLcode weft_set_close_callback(CURL *easy, weft_close_callback callback) {
  return curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
}

typedef int (*weft_socket_callback)(CURL *easy, curl_socket_t socket, int what, void *context, void *socketContext);
typedef int (*weft_timer_callback)(CURLM *multi, long milliseconds, void *context);

static inline CURLMcode weft_multi_set_callbacks(
    CURLM *multi, weft_socket_callback socket, weft_timer_callback timer, void *context) {
  CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
  if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
  return code;
}

static inline CURLMcode weft_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  assert(WEFT_OPTION_CLASS(option) == CURLOPTTYPE_LONG);
  return curl_multi_setopt(multi, option, value);
}

static inline CURLcode weft_get_pointer(CURL *easy, void **value) {
  return curl_easy_getinfo(easy, CURLINFO_PRIVATE, value);
}

static inline CURLcode weft_get_long(CURL *easy, CURLINFO info, long *value) {
  assert((info & CURLINFO_TYPEMASK) == CURLINFO_LONG);
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode weft_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
  assert((info & CURLINFO_TYPEMASK) == CURLINFO_OFF_T);
  return curl_easy_getinfo(easy, info, value);
}

// Reads what the dead connection of a transfer under way still holds, decrypted; gives back the count. libcurl must only
// close it afterwards. Here TLS is taken off libcurl's own way to the socket, which is shut outside of libcurl's functions;
// what TLS has to say goes nowhere.
static inline size_t weft_read_rest(CURL *easy, curl_socket_t socket, char *bytes, size_t size) {
  struct curl_tlssessioninfo *session = NULL;
  SSL *tls = NULL;
  if (curl_easy_getinfo(easy, CURLINFO_TLS_SSL_PTR, &session) == CURLE_OK && session && session->internals) {
    if (session->backend != CURLSSLBACKEND_OPENSSL) return 0;
    tls = (SSL *)session->internals;
    BIO *input = BIO_new_socket(socket, BIO_NOCLOSE), *output = BIO_new(BIO_s_mem());
    if (!input || !output) {
      BIO_free(input);
      BIO_free(output);
      return 0;
    }
    SSL_set_bio(tls, input, output);
  }
  size_t count = 0;
  while (count < size) {
    size_t room = size - count < 65536 ? size - count : 65536;
    ssize_t read = tls ? SSL_read(tls, bytes + count, (int)room) : recv(socket, bytes + count, room, MSG_DONTWAIT);
    if (read <= 0) break;
    count += (size_t)read;
  }
  if (tls) ERR_clear_error();
  return count;
}

static const CURLversion weft_version_now = CURLVERSION_NOW;
static const long weft_global_default = CURL_GLOBAL_DEFAULT;

// Constants of an unnamed enum, in the type of the option.
static const long weft_http_auto = CURL_HTTP_VERSION_2TLS;
static const long weft_http_1_1 = CURL_HTTP_VERSION_1_1;
static const long weft_http_2 = CURL_HTTP_VERSION_2_0;
static const long weft_http_2_prior_knowledge = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
