#pragma once

// The calls of libmodsecurity 3 (modsecurity/modsecurity.h, rules_set.h, transaction.h, intervention.h) that are used,
// found at run time: neither a build nor a gateway without `waf` needs the library.

#include <dlfcn.h>
#include <stddef.h>

typedef struct {
  int status;
  int pause;
  char *_Nullable url;
  char *_Nullable log;
  int disruptive;
} weft_msc_intervention;

typedef void (*weft_msc_log)(void *_Nullable data, const void *_Nullable message);

typedef struct {
  void *_Nullable (*_Nonnull init)(void);
  void (*_Nonnull set_log_cb)(void *_Nonnull, weft_msc_log _Nonnull);
  void *_Nullable (*_Nonnull create_rules_set)(void);
  int (*_Nonnull rules_add)(void *_Nonnull, const char *_Nonnull, char *_Nullable *_Nonnull);
  int (*_Nonnull rules_add_file)(void *_Nonnull, const char *_Nonnull, char *_Nullable *_Nonnull);
  int (*_Nonnull rules_cleanup)(void *_Nonnull);
  void *_Nullable (*_Nonnull new_transaction_with_id)(void *_Nonnull, void *_Nonnull, char *_Nonnull, void *_Nullable);
  void (*_Nonnull transaction_cleanup)(void *_Nonnull);
  int (*_Nonnull process_connection)(void *_Nonnull, const char *_Nonnull, int, const char *_Nonnull, int);
  int (*_Nonnull process_uri)(void *_Nonnull, const char *_Nonnull, const char *_Nonnull, const char *_Nonnull);
  int (*_Nonnull add_n_request_header)(
      void *_Nonnull, const unsigned char *_Nonnull, size_t, const unsigned char *_Nonnull, size_t);
  int (*_Nonnull process_request_headers)(void *_Nonnull);
  int (*_Nonnull append_request_body)(void *_Nonnull, const unsigned char *_Nonnull, size_t);
  int (*_Nonnull process_request_body)(void *_Nonnull);
  int (*_Nonnull intervention)(void *_Nonnull, weft_msc_intervention *_Nonnull);
} weft_msc;

/// Loads the library for good, and fills in its calls. NULL: done; else what the system says is wrong.
static inline const char *_Nullable weft_msc_load(const char *_Nonnull name, weft_msc *_Nonnull calls) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
#define WEFT_MSC(call)                                                            \
  if (!(*(void **)&calls->call = dlsym(library, "msc_" #call))) return dlerror();
  WEFT_MSC(init)
  WEFT_MSC(set_log_cb)
  WEFT_MSC(create_rules_set)
  WEFT_MSC(rules_add)
  WEFT_MSC(rules_add_file)
  WEFT_MSC(rules_cleanup)
  WEFT_MSC(new_transaction_with_id)
  WEFT_MSC(transaction_cleanup)
  WEFT_MSC(process_connection)
  WEFT_MSC(process_uri)
  WEFT_MSC(add_n_request_header)
  WEFT_MSC(process_request_headers)
  WEFT_MSC(append_request_body)
  WEFT_MSC(process_request_body)
  WEFT_MSC(intervention)
#undef WEFT_MSC
  return NULL;
}
