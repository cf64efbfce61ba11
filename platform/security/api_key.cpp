#include "platform/security/api_key.hpp"

#include <algorithm>

#include "platform/security/digest.hpp"

namespace platform::security {
namespace {

constexpr std::string_view prefix = "njk_";
constexpr std::size_t id_size = 8;
constexpr std::size_t secret_bytes = 32;
constexpr std::string_view id_characters = "abcdefghijklmnopqrstuvwxyz0123456789";

bool is_id(std::string_view text) {
  return text.size() == id_size && text.find_first_not_of(id_characters) == text.npos;
}

}  // namespace

std::string ApiKey::text() const { return std::string{prefix} + id + '_' + secret; }

ApiKey generate_api_key(runtime::Entropy& entropy) {
  ApiKey key;
  while (key.id.size() < id_size) {
    key.id += id_characters[entropy.below(static_cast<std::uint32_t>(id_characters.size()))];
  }
  key.secret = random_token(entropy, secret_bytes);
  return key;
}

std::optional<ApiKey> parse_api_key(std::string_view text) {
  if (!text.starts_with(prefix)) return {};
  text.remove_prefix(prefix.size());
  if (text.size() <= id_size || text[id_size] != '_') return {};
  const auto id = text.substr(0, id_size);
  const auto secret = text.substr(id_size + 1);
  const auto bytes = from_base64url(secret);
  if (!is_id(id) || !bytes || bytes->size() != secret_bytes) return {};
  return ApiKey{.id = std::string{id}, .secret = std::string{secret}};
}

std::string hash_api_key(const ApiKey& key) { return sha256_hex(key.secret); }

bool matches_api_key(const ApiKey& key, std::string_view hash) {
  return equal_in_constant_time(hash_api_key(key), hash);
}

}  // namespace platform::security
