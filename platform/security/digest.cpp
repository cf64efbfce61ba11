#include "platform/security/digest.hpp"

#include <array>

#include <sodium.h>

namespace platform::security {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

template <std::size_t Size>
std::string hex(const std::array<unsigned char, Size>& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

}  // namespace

std::string sha256_hex(std::string_view data) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), bytes_of(data), data.size());
  return hex(digest);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view data) {
  std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes_of(key), key.size());
  crypto_auth_hmacsha256_update(&state, bytes_of(data), data.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return hex(mac);
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64url(std::string_view bytes) {
  constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), variant);
  text.pop_back();  // The terminating zero.
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const int refused = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()),
                                        bytes.size(), text.data(), text.size(), nullptr, &size,
                                        &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (refused != 0 || end != text.data() + text.size()) return {};
  bytes.resize(size);
  return bytes;
}

std::string random_token(runtime::Entropy& entropy, std::size_t bytes) {
  std::string random(bytes, '\0');
  entropy.fill({reinterpret_cast<std::uint8_t*>(random.data()), random.size()});
  return base64url(random);
}

std::string random_digits(runtime::Entropy& entropy, std::size_t digits) {
  std::string text;
  while (text.size() < digits) text += static_cast<char>('0' + entropy.below(10));
  return text;
}

}  // namespace platform::security
