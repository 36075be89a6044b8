#pragma once

// What of X.509 NIOSSL has no part of: lists of revoked certificates, trust in what is no authority, names in words. By
// OpenSSL, over DER.

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <openssl/x509_vfy.h>

// An authority above the client's own may have no list of revoked certificates.
static inline int weft_x509_judge(int is_good, X509_STORE_CTX *context) {
  return is_good
      || (X509_STORE_CTX_get_error(context) == X509_V_ERR_UNABLE_TO_GET_CRL
          && X509_STORE_CTX_get_error_depth(context) > 0);
}

// For certificates of clients. Whatever is put into it is trusted, authority or not.
static inline X509_STORE *weft_x509_store_new(void) {
  X509_STORE *store = X509_STORE_new();
  if (store == NULL) return NULL;
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
  X509_STORE_set_purpose(store, X509_PURPOSE_SSL_CLIENT);
  X509_STORE_set_verify_cb(store, weft_x509_judge);
  return store;
}

// 1: it is an authority's; 0: it is none; -1: it can't be read.
static inline int weft_x509_store_trust(X509_STORE *store, const unsigned char *der, long length) {
  X509 *certificate = d2i_X509(NULL, &der, length);
  int result = certificate != NULL && X509_STORE_add_cert(store, certificate) ? X509_check_ca(certificate) > 0 : -1;
  X509_free(certificate);
  ERR_clear_error();
  return result;
}

static inline int weft_x509_store_add_list(X509_STORE *store, X509_CRL *list, int *is_over) {
  if (list == NULL) return 0;
  const ASN1_TIME *end = X509_CRL_get0_nextUpdate(list);
  if (end != NULL && X509_cmp_current_time(end) < 0) *is_over = 1;
  int is_added = X509_STORE_add_crl(store, list);
  X509_CRL_free(list);
  return is_added;
}

// Lists of revoked certificates, one in DER or several in PEM; gives their number. From then on, a certificate needs a
// list of the one that signed it.
static inline int weft_x509_store_revoke(
    X509_STORE *store, const unsigned char *bytes, int length, int is_der, int *is_over) {
  int count = 0;
  if (is_der) {
    count = weft_x509_store_add_list(store, d2i_X509_CRL(NULL, &bytes, length), is_over);
  } else {
    BIO *input = BIO_new_mem_buf(bytes, length);
    while (input != NULL && weft_x509_store_add_list(store, PEM_read_bio_X509_CRL(input, NULL, NULL, NULL), is_over))
      count++;
    BIO_free(input);
  }
  if (count > 0) X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  ERR_clear_error();
  return count;
}

// Certificates in DER, one after the other, the client's own first. `X509_V_OK`, or what is wrong.
static inline int weft_x509_store_verify(X509_STORE *store, const unsigned char *bytes, long length) {
  const unsigned char *end = bytes + length;
  X509 *own = d2i_X509(NULL, &bytes, length);
  STACK_OF(X509) *others = sk_X509_new_null();
  while (own != NULL && others != NULL && bytes < end) {
    X509 *other = d2i_X509(NULL, &bytes, end - bytes);
    if (other == NULL) break;
    if (!sk_X509_push(others, other)) X509_free(other);
  }
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  int result = X509_V_ERR_UNSPECIFIED;
  if (own != NULL && others != NULL && context != NULL && X509_STORE_CTX_init(context, store, own, others)) {
    int is_good = X509_verify_cert(context) == 1;
    int error = X509_STORE_CTX_get_error(context);
    result = is_good ? X509_V_OK : error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error;
  }
  X509_STORE_CTX_free(context);
  sk_X509_pop_free(others, X509_free);
  X509_free(own);
  ERR_clear_error();
  return result;
}

// Whether a private key is of a certificate, both in DER.
static inline int weft_x509_has_key(
    const unsigned char *certificate_der, long certificate_length, const unsigned char *key_der, long key_length) {
  X509 *certificate = d2i_X509(NULL, &certificate_der, certificate_length);
  EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &key_der, key_length);
  int result = certificate != NULL && key != NULL && X509_check_private_key(certificate, key);
  EVP_PKEY_free(key);
  X509_free(certificate);
  ERR_clear_error();
  return result;
}

// Text that is not ended by a zero, and is gone after the call.
typedef void (*weft_x509_take)(void *context, const char *text, long length);

// The subject's name, or the issuer's, as in RFC 4514; in UTF-8.
static inline void weft_x509_name(
    const unsigned char *der, long length, int is_issuer, void *context, weft_x509_take take) {
  X509 *certificate = d2i_X509(NULL, &der, length);
  BIO *output = BIO_new(BIO_s_mem());
  if (certificate != NULL && output != NULL) {
    X509_NAME *name = is_issuer ? X509_get_issuer_name(certificate) : X509_get_subject_name(certificate);
    if (X509_NAME_print_ex(output, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
      char *text = NULL;
      long count = BIO_get_mem_data(output, &text);
      if (count > 0) take(context, text, count);
    }
  }
  BIO_free(output);
  X509_free(certificate);
  ERR_clear_error();
}
