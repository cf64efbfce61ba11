#include "platform/security/jwt.hpp"

#include <array>
#include <stdexcept>

#include <boost/json/object.hpp>
#include <sodium.h>

#include "base/json/json.hpp"
#include "platform/security/digest.hpp"
#include "platform/security/elliptic.hpp"

namespace platform::security {
namespace {

using boost::json::object;

constexpr std::size_t token_max_bytes = 4'096;
constexpr std::string_view type = "at+jwt";

std::string thumbprint(const std::string& jwk) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(jwk.data()), jwk.size());
  return base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

std::int64_t seconds_of(base::Instant at) {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
}

/// The three parts of a compact JWS (RFC 7515), still encoded.
struct Parts {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  if (token.size() > token_max_bytes || first == token.npos || second == token.npos) return {};
  if (token.find('.', second + 1) != token.npos) return {};
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

std::optional<object> object_of(std::string_view encoded) {
  const auto text = from_base64url(encoded);
  if (!text) return {};
  auto parsed = base::json::parse(*text);
  if (!parsed || !parsed->is_object()) return {};
  return std::move(parsed->as_object());
}

std::string text_of(const object& from, std::string_view member) {
  const auto* found = from.if_contains(member);
  return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}

std::optional<base::Instant> instant_of(const object& from, std::string_view member) {
  const auto* found = from.if_contains(member);
  if (!found || !found->is_int64()) return {};
  // Beyond the year 9999 no clock of ours goes, and below it nothing overflows.
  constexpr std::int64_t seconds_max = 253'402'300'799;
  const auto seconds = found->as_int64();
  if (seconds < 0 || seconds > seconds_max) return {};
  return base::Instant{std::chrono::seconds{seconds}};
}

/// A header may say which key and which algorithm, and nothing that would bring in another key or a
/// meaning that we don't know.
bool has_only_known_members(const object& header) {
  for (const auto& member : header) {
    const auto name = member.key();
    if (name != "typ" && name != "alg" && name != "kid") return false;
  }
  return true;
}

std::optional<Claims> claims_of(const object& payload) {
  const auto issued_at = instant_of(payload, "iat");
  const auto not_before = instant_of(payload, "nbf");
  const auto expires_at = instant_of(payload, "exp");
  if (!issued_at || !not_before || !expires_at) return {};
  Claims claims{.subject = text_of(payload, "sub"),
                .session = text_of(payload, "sid"),
                .token_id = text_of(payload, "jti"),
                .issuer = text_of(payload, "iss"),
                .audience = text_of(payload, "aud"),
                .issued_at = *issued_at,
                .not_before = *not_before,
                .expires_at = *expires_at};
  if (claims.subject.empty() || claims.session.empty() || claims.token_id.empty()) return {};
  return claims;
}

class PemSigningKey final : public SigningKey {
 public:
  explicit PemSigningKey(KeyHandle key)
      : key_(std::move(key)), key_id_(thumbprint(public_jwk(key_))) {}

  const std::string& key_id() const override { return key_id_; }
  std::string private_pem() const override { return security::private_pem(key_); }

  std::string sign(const Claims& claims) const override {
    const auto header = base::json::serialized(
        object{{"typ", type}, {"alg", name(algorithm_of(key_))}, {"kid", key_id_}});
    const auto payload = base::json::serialized(object{{"iss", claims.issuer},
                                                       {"aud", claims.audience},
                                                       {"sub", claims.subject},
                                                       {"sid", claims.session},
                                                       {"jti", claims.token_id},
                                                       {"iat", seconds_of(claims.issued_at)},
                                                       {"nbf", seconds_of(claims.not_before)},
                                                       {"exp", seconds_of(claims.expires_at)}});
    const auto text = base64url(header) + '.' + base64url(payload);
    return text + '.' + base64url(security::sign(key_, text));
  }

 private:
  KeyHandle key_;
  std::string key_id_;
};

class LocalKeySet final : public KeySet {
 public:
  explicit LocalKeySet(const std::vector<std::string>& pems) {
    for (const auto& pem : pems) {
      auto key = read_key(pem);
      const auto key_id = thumbprint(public_jwk(key));
      keys_.emplace(key_id, std::move(key));
    }
  }

  std::expected<Claims, TokenFault> verify(std::string_view token, std::string_view issuer,
                                           std::string_view audience, base::Instant now,
                                           std::chrono::seconds leeway) const override {
    const auto parts = split(token);
    if (!parts) return std::unexpected{TokenFault::malformed};
    if (const auto fault = signature_fault(*parts)) return std::unexpected{*fault};
    const auto payload = object_of(parts->payload);
    auto claims = payload ? claims_of(*payload) : std::nullopt;
    if (!claims) return std::unexpected{TokenFault::malformed};
    if (claims->issuer != issuer) return std::unexpected{TokenFault::wrong_issuer};
    if (claims->audience != audience) return std::unexpected{TokenFault::wrong_audience};
    if (now >= claims->expires_at + leeway) return std::unexpected{TokenFault::expired};
    if (now + leeway < claims->not_before) return std::unexpected{TokenFault::not_yet_valid};
    return *std::move(claims);
  }

  std::string jwks() const override {
    boost::json::array keys;
    for (const auto& [key_id, key] : keys_) {
      auto jwk = base::json::parse(public_jwk(key)).value().as_object();
      jwk.emplace("kid", key_id);
      jwk.emplace("use", "sig");
      jwk.emplace("alg", name(algorithm_of(key)));
      keys.push_back(std::move(jwk));
    }
    return base::json::serialized(object{{"keys", std::move(keys)}});
  }

 private:
  /// What is wrong with the header or signature; the key is found by its id and says the algorithm.
  std::optional<TokenFault> signature_fault(const Parts& parts) const {
    const auto header = object_of(parts.header);
    if (!header || !has_only_known_members(*header)) return TokenFault::malformed;
    if (text_of(*header, "typ") != type) return TokenFault::wrong_type;
    const auto found = keys_.find(text_of(*header, "kid"));
    if (found == keys_.end()) return TokenFault::unknown_key;
    if (text_of(*header, "alg") != name(algorithm_of(found->second))) {
      return TokenFault::wrong_algorithm;
    }
    const auto signature = from_base64url(parts.signature);
    const bool genuine =
        signature && security::verify(found->second, parts.signed_text, *signature);
    return genuine ? std::nullopt : std::optional{TokenFault::bad_signature};
  }

  std::map<std::string, KeyHandle, std::less<>> keys_;
};

}  // namespace

std::unique_ptr<SigningKey> generate_key(Algorithm algorithm) {
  return std::make_unique<PemSigningKey>(generate_key_pair(algorithm));
}

std::unique_ptr<SigningKey> load_key(std::string_view private_pem) {
  auto key = read_key(private_pem);
  static_cast<void>(security::private_pem(key));  // throws if it is a public one
  return std::make_unique<PemSigningKey>(std::move(key));
}

std::unique_ptr<KeySet> make_key_set(const std::vector<std::string>& pems) {
  return std::make_unique<LocalKeySet>(pems);
}

}  // namespace platform::security
