#include "platform/security/elliptic.hpp"

#include <array>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "base/assert.hpp"
#include "platform/security/digest.hpp"

namespace platform::security {
namespace {

constexpr std::size_t coordinate_size = 32;
constexpr std::size_t signature_size = 2 * coordinate_size;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct FreeSignature {
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
struct FreeNumber {
  void operator()(BIGNUM* number) const { BN_free(number); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;
using Signature = std::unique_ptr<ECDSA_SIG, FreeSignature>;
using Number = std::unique_ptr<BIGNUM, FreeNumber>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void require(bool succeeded, const char* what) {
  if (!succeeded) throw std::runtime_error{what};
}

/// EdDSA hashes by itself.
const EVP_MD* digest_of(Algorithm algorithm) {
  return algorithm == Algorithm::es256 ? EVP_sha256() : nullptr;
}

std::string der_of(const ECDSA_SIG& signature) {
  unsigned char* buffer = nullptr;
  const int size = i2d_ECDSA_SIG(&signature, &buffer);
  require(size > 0, "a signature can't be encoded");
  std::string der{reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size)};
  OPENSSL_free(buffer);
  return der;
}

/// As `coordinate_size` bytes, the first of them 0 where needed.
void write_padded(const BIGNUM* number, unsigned char* to) {
  require(BN_bn2binpad(number, to, coordinate_size) == coordinate_size, "a number is too large");
}

std::string raw_of_der(const std::string& der) {
  const unsigned char* position = bytes_of(std::string_view{der});
  const Signature signature{d2i_ECDSA_SIG(nullptr, &position, static_cast<long>(der.size()))};
  require(signature != nullptr, "a signature can't be decoded");
  std::string raw(signature_size, '\0');
  write_padded(ECDSA_SIG_get0_r(signature.get()), bytes_of(raw));
  write_padded(ECDSA_SIG_get0_s(signature.get()), bytes_of(raw) + coordinate_size);
  return raw;
}

std::string der_of_raw(std::string_view raw) {
  const Signature signature{ECDSA_SIG_new()};
  Number r{BN_bin2bn(bytes_of(raw), coordinate_size, nullptr)};
  Number s{BN_bin2bn(bytes_of(raw) + coordinate_size, coordinate_size, nullptr)};
  require(signature && r && s, "a signature can't be built");
  ECDSA_SIG_set0(signature.get(), r.release(), s.release());
  return der_of(*signature);
}

std::string coordinate(const KeyHandle& key, const char* parameter) {
  BIGNUM* number = nullptr;
  require(EVP_PKEY_get_bn_param(key.get(), parameter, &number) == 1, "a key has no coordinates");
  const Number owned{number};
  std::string bytes(coordinate_size, '\0');
  write_padded(number, bytes_of(bytes));
  return base64url(bytes);
}

std::string raw_public_key(const KeyHandle& key) {
  std::string bytes(coordinate_size, '\0');
  std::size_t size = bytes.size();
  require(EVP_PKEY_get_raw_public_key(key.get(), bytes_of(bytes), &size) == 1,
          "a key has no public part");
  return base64url(bytes);
}

/// Without it OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) { return -1; }

bool is_p256(const KeyHandle& key) {
  std::array<char, 32> group{};
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key.get(), group.data(), group.size(), &size) == 1 &&
         std::string_view{group.data(), size} == "prime256v1";
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

KeyHandle generate_key_pair(Algorithm algorithm) {
  KeyHandle key{algorithm == Algorithm::es256 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                              : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  require(key != nullptr, "no key could be generated");
  return key;
}

KeyHandle read_key(std::string_view pem) {
  const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
  if (!key) {
    const Bio again{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    key.reset(PEM_read_bio_PUBKEY(again.get(), nullptr, no_passphrase, nullptr));
  }
  ERR_clear_error();
  require(key != nullptr, "a signing key is no PEM of a private or public key");
  require(is_p256(key) || EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519,
          "a signing key is neither P-256 nor Ed25519");
  return key;
}

Algorithm algorithm_of(const KeyHandle& key) {
  return EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519 ? Algorithm::eddsa : Algorithm::es256;
}

std::string private_pem(const KeyHandle& key) {
  const Bio bio{BIO_new(BIO_s_mem())};
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                        nullptr) == 1,
          "a key has no private part");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string_view name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::es256: return "ES256";
    case Algorithm::eddsa: return "EdDSA";
  }
  NEBENGJEK_UNREACHABLE("an algorithm without a name");
}

std::string public_jwk(const KeyHandle& key) {
  if (algorithm_of(key) == Algorithm::eddsa) {
    return R"({"crv":"Ed25519","kty":"OKP","x":")" + raw_public_key(key) + "\"}";
  }
  return R"({"crv":"P-256","kty":"EC","x":")" + coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X) +
         R"(","y":")" + coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y) + "\"}";
}

std::string sign(const KeyHandle& key, std::string_view data) {
  const auto algorithm = algorithm_of(key);
  const Context context{EVP_MD_CTX_new()};
  std::size_t size = 0;
  require(
      EVP_DigestSignInit(context.get(), nullptr, digest_of(algorithm), nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), nullptr, &size, bytes_of(data), data.size()) == 1,
      "a token can't be signed");
  std::string signature(size, '\0');
  require(
      EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(data), data.size()) == 1,
      "a token can't be signed");
  signature.resize(size);
  return algorithm == Algorithm::es256 ? raw_of_der(signature) : signature;
}

bool verify(const KeyHandle& key, std::string_view data, std::string_view signature) {
  if (signature.size() != signature_size) return false;
  const auto algorithm = algorithm_of(key);
  const auto encoded =
      algorithm == Algorithm::es256 ? der_of_raw(signature) : std::string{signature};
  const Context context{EVP_MD_CTX_new()};
  return EVP_DigestVerifyInit(context.get(), nullptr, digest_of(algorithm), nullptr, key.get()) ==
             1 &&
         EVP_DigestVerify(context.get(), bytes_of(std::string_view{encoded}), encoded.size(),
                          bytes_of(data), data.size()) == 1;
}

}  // namespace platform::security
