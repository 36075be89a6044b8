#pragma once

// Public keys and signatures by OpenSSL, as JOSE has them (RFC 7518, RFC 8037). Keys are what the parts of a JWK say, or
// blocks of PEM.

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

// Takes over `builder`.
static inline EVP_PKEY *weft_key_make(const char *type, OSSL_PARAM_BLD *builder) {
  OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  EVP_PKEY *key = NULL;
  if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) <= 0
      || EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) <= 0) {
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  ERR_clear_error();
  return key;
}

// Modulus and exponent, big-endian.
static inline EVP_PKEY *weft_key_rsa(
    const unsigned char *n, int n_length, const unsigned char *e, int e_length) {
  BIGNUM *modulus = BN_bin2bn(n, n_length, NULL);
  BIGNUM *exponent = BN_bin2bn(e, e_length, NULL);
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  if (modulus != NULL && exponent != NULL && builder != NULL
      && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus)
      && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent)) {
    key = weft_key_make("RSA", builder);
  } else {
    OSSL_PARAM_BLD_free(builder);
  }
  BN_free(modulus);
  BN_free(exponent);
  return key;
}

// An uncompressed point (0x04, x, y), which has to lie on the curve.
static inline EVP_PKEY *weft_key_ec(const char *curve, const unsigned char *point, size_t length) {
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY *key = NULL;
  if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0)
      && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, length)) {
    key = weft_key_make("EC", builder);
  } else {
    OSSL_PARAM_BLD_free(builder);
  }
  EVP_PKEY_CTX *context = key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  if (context == NULL || EVP_PKEY_public_check(context) != 1) {
    EVP_PKEY_free(key);
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  ERR_clear_error();
  return key;
}

// `ED25519` or `ED448`.
static inline EVP_PKEY *weft_key_raw(const char *type, const unsigned char *bytes, size_t length) {
  EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(NULL, type, NULL, bytes, length);
  ERR_clear_error();
  return key;
}

// Whether an RSA key's exponent is odd and over 1: with 1, a message is its own signature.
static inline int weft_key_has_sound_exponent(EVP_PKEY *key) {
  BIGNUM *exponent = NULL;
  int is_sound = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent)
      && BN_is_odd(exponent) && !BN_is_one(exponent);
  BN_free(exponent);
  ERR_clear_error();
  return is_sound;
}

enum weft_key_block { weft_key_end, weft_key_public, weft_key_private, weft_key_broken, weft_key_other };

// The next block of a PEM text: `public` gives the key of a PUBLIC KEY, an RSA PUBLIC KEY or a CERTIFICATE.
static inline enum weft_key_block weft_key_next_block(BIO *input, EVP_PKEY **key) {
  char *name = NULL, *header = NULL;
  unsigned char *der = NULL;
  long length = 0;
  *key = NULL;
  if (!PEM_read_bio(input, &name, &header, &der, &length)) {
    int is_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return is_end ? weft_key_end : weft_key_broken;
  }
  const unsigned char *bytes = der;
  enum weft_key_block block = weft_key_broken;
  size_t name_length = strlen(name);
  if (strcmp(name, "PUBLIC KEY") == 0) {
    *key = d2i_PUBKEY(NULL, &bytes, length);
  } else if (strcmp(name, "RSA PUBLIC KEY") == 0) {
    *key = d2i_PublicKey(EVP_PKEY_RSA, NULL, &bytes, length);
  } else if (strcmp(name, "CERTIFICATE") == 0) {
    X509 *certificate = d2i_X509(NULL, &bytes, length);
    *key = certificate == NULL ? NULL : X509_get_pubkey(certificate);
    X509_free(certificate);
  } else if (name_length >= 11 && strcmp(name + name_length - 11, "PRIVATE KEY") == 0) {
    block = weft_key_private;
  } else {
    block = weft_key_other;
  }
  if (*key != NULL) block = weft_key_public;
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_clear_free(der, length > 0 ? (size_t)length : 0);
  ERR_clear_error();
  return block;
}

// Bytes that are gone after the call.
typedef void (*weft_key_take)(void *context, const unsigned char *bytes, long length);

// The key in DER (SubjectPublicKeyInfo), by which two keys are told apart.
static inline void weft_key_der(const EVP_PKEY *key, void *context, weft_key_take take) {
  unsigned char *der = NULL;
  int length = i2d_PUBKEY(key, &der);
  if (length > 0) take(context, der, length);
  OPENSSL_free(der);
  ERR_clear_error();
}

// RSA and EdDSA. `digest` is NULL for EdDSA; PSS has a salt as long as its digest (RFC 7518 §3.5).
static inline int weft_key_verify(
    EVP_PKEY *key, const char *digest, int is_pss, const unsigned char *signature, size_t signature_length,
    const unsigned char *message, size_t length) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *settings = NULL;
  int result = context != NULL && EVP_DigestVerifyInit_ex(context, &settings, digest, NULL, NULL, key, NULL) == 1;
  if (result && is_pss)
    result = EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
        && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) == 1;
  result = result && EVP_DigestVerify(context, signature, signature_length, message, length) == 1;
  EVP_MD_CTX_free(context);
  ERR_clear_error();
  return result;
}

// ECDSA over two numbers of equal length, as JOSE has them (RFC 7518 §3.4); OpenSSL takes them in DER.
static inline int weft_key_verify_ecdsa(
    EVP_PKEY *key, const char *digest, const unsigned char *signature, int signature_length,
    const unsigned char *message, size_t length) {
  int half = signature_length / 2;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(signature, half, NULL), *s = BN_bin2bn(signature + half, half, NULL);
  int result = 0;
  if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s)) {
    unsigned char *der = NULL;
    int der_length = i2d_ECDSA_SIG(pair, &der);
    if (der_length > 0) result = weft_key_verify(key, digest, 0, der, (size_t)der_length, message, length);
    OPENSSL_free(der);
  } else {
    BN_free(r);
    BN_free(s);
  }
  ECDSA_SIG_free(pair);
  return result;
}

// HMAC, compared in constant time.
static inline int weft_key_verify_hmac(
    const char *digest, const unsigned char *secret, int secret_length, const unsigned char *code, size_t code_length,
    const unsigned char *message, size_t length) {
  unsigned char expected[EVP_MAX_MD_SIZE];
  unsigned int expected_length = 0;
  const EVP_MD *kind = EVP_get_digestbyname(digest);
  if (kind == NULL || HMAC(kind, secret, secret_length, message, length, expected, &expected_length) == NULL) return 0;
  int result = code_length == expected_length && CRYPTO_memcmp(expected, code, code_length) == 0;
  OPENSSL_cleanse(expected, sizeof expected);
  return result;
}
