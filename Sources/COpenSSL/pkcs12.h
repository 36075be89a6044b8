#pragma once

// PKCS #12 by OpenSSL: NIOSSL ends the process over a file without a key or a certificate.

#include <openssl/err.h>
#include <openssl/pkcs12.h>

enum weft_pkcs12_part { weft_pkcs12_key, weft_pkcs12_certificate };
enum weft_pkcs12_end { weft_pkcs12_read, weft_pkcs12_none, weft_pkcs12_closed };

// A part in DER, which is gone after the call.
typedef void (*weft_pkcs12_take)(void *context, enum weft_pkcs12_part part, const unsigned char *der, int length);

static inline void weft_pkcs12_give_certificate(X509 *certificate, void *context, weft_pkcs12_take take) {
  unsigned char *der = NULL;
  int length = certificate == NULL ? 0 : i2d_X509(certificate, &der);
  if (length > 0) take(context, weft_pkcs12_certificate, der, length);
  OPENSSL_free(der);
}

static inline void weft_pkcs12_give_key(EVP_PKEY *key, void *context, weft_pkcs12_take take) {
  unsigned char *der = NULL;
  int length = key == NULL ? 0 : i2d_PrivateKey(key, &der);
  if (length > 0) take(context, weft_pkcs12_key, der, length);
  OPENSSL_clear_free(der, length > 0 ? (size_t)length : 0);
}

// Gives the key, the certificate of it and the others, as far as they are there. `none`: it is no PKCS #12; `closed`: it
// can't be opened by this passphrase, or at all.
static inline enum weft_pkcs12_end weft_pkcs12_open(
    const unsigned char *bytes, long length, const char *passphrase, void *context, weft_pkcs12_take take) {
  PKCS12 *file = d2i_PKCS12(NULL, &bytes, length);
  EVP_PKEY *key = NULL;
  X509 *certificate = NULL;
  STACK_OF(X509) *others = NULL;
  int is_open = file != NULL && PKCS12_parse(file, passphrase, &key, &certificate, &others);
  enum weft_pkcs12_end end = is_open ? weft_pkcs12_read : file == NULL ? weft_pkcs12_none : weft_pkcs12_closed;
  if (is_open) {
    weft_pkcs12_give_key(key, context, take);
    weft_pkcs12_give_certificate(certificate, context, take);
    for (int index = 0; index < sk_X509_num(others); index++)
      weft_pkcs12_give_certificate(sk_X509_value(others, index), context, take);
  }
  EVP_PKEY_free(key);
  X509_free(certificate);
  sk_X509_pop_free(others, X509_free);
  PKCS12_free(file);
  ERR_clear_error();
  return end;
}
